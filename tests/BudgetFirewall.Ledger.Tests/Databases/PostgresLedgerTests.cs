using BudgetFirewall.Ledger.Tests.Receipts;
using BudgetFirewall.Ledger.Tests.Subscriptions;

namespace BudgetFirewall.Ledger.Tests;

public sealed class EntriesAreKeptInPostgres : EntriesAreKept<PostgresHarness>;
public sealed class EntriesAreFoundInPostgres : EntriesAreFound<PostgresHarness>;
public sealed class ReportsAddUpInPostgres : ReportsAddUp<PostgresHarness>;
public sealed class FocusIsWrittenInPostgres : FocusIsWritten<PostgresHarness>;
public sealed class OldEntriesGoInPostgres : OldEntriesGo<PostgresHarness>;
public sealed class ChargesAreRecordedInPostgres : ChargesAreRecorded<PostgresHarness>;
public sealed class LedgersAreReconciledInPostgres : LedgersAreReconciled<PostgresHarness>;
public sealed class StreamsAreDeliveredToPostgres : StreamsAreDelivered<PostgresHarness>;
public sealed class DenialsAreRecordedInPostgres : DenialsAreRecorded<PostgresHarness>;
public sealed class ChargesAreCorrectedInPostgres : ChargesAreCorrected<PostgresHarness>;
public sealed class CorrectionsSurviveInPostgres : CorrectionsSurvive<PostgresHarness>;
public sealed class StateIsRestoredInPostgres : StateIsRestored<PostgresHarness>;
public sealed class ChangesAreRecordedInPostgres : ChangesAreRecorded<PostgresHarness>;
public sealed class EventsAreDeliveredInPostgres : EventsAreDelivered<PostgresHarness>;
public sealed class SubscriptionsAreKeptInPostgres : SubscriptionsAreKept<PostgresHarness>;
public sealed class EntriesTellEventsInPostgres : EntriesTellEvents<PostgresHarness>;
public sealed class PoolsAreRecordedInPostgres : PoolsAreRecorded<PostgresHarness>;
public sealed class PoolHistoryGoesOnInPostgres : PoolHistoryGoesOn<PostgresHarness>;
public sealed class ReceiptsProveInPostgres : ReceiptsProve<PostgresHarness>;
public sealed class TamperingIsFoundInPostgres : TamperingIsFound<PostgresHarness>;
public sealed class ReceiptsStayTrueInPostgres : ReceiptsStayTrue<PostgresHarness>;
public sealed class EntriesAreReplayedFromPostgres : EntriesAreReplayed<PostgresHarness>;
