using BudgetFirewall.Ledger.Tests.Receipts;
using BudgetFirewall.Ledger.Tests.Subscriptions;

namespace BudgetFirewall.Ledger.Tests;

public sealed class EntriesAreKeptInSqlite : EntriesAreKept<SqliteHarness>;
public sealed class EntriesAreFoundInSqlite : EntriesAreFound<SqliteHarness>;
public sealed class ReportsAddUpInSqlite : ReportsAddUp<SqliteHarness>;
public sealed class FocusIsWrittenInSqlite : FocusIsWritten<SqliteHarness>;
public sealed class OldEntriesGoInSqlite : OldEntriesGo<SqliteHarness>;
public sealed class ChargesAreRecordedInSqlite : ChargesAreRecorded<SqliteHarness>;
public sealed class LedgersAreReconciledInSqlite : LedgersAreReconciled<SqliteHarness>;
public sealed class StreamsAreDeliveredToSqlite : StreamsAreDelivered<SqliteHarness>;
public sealed class DenialsAreRecordedInSqlite : DenialsAreRecorded<SqliteHarness>;
public sealed class ChargesAreCorrectedInSqlite : ChargesAreCorrected<SqliteHarness>;
public sealed class CorrectionsSurviveInSqlite : CorrectionsSurvive<SqliteHarness>;
public sealed class StateIsRestoredInSqlite : StateIsRestored<SqliteHarness>;
public sealed class ChangesAreRecordedInSqlite : ChangesAreRecorded<SqliteHarness>;
public sealed class EventsAreDeliveredInSqlite : EventsAreDelivered<SqliteHarness>;
public sealed class SubscriptionsAreKeptInSqlite : SubscriptionsAreKept<SqliteHarness>;
public sealed class EntriesTellEventsInSqlite : EntriesTellEvents<SqliteHarness>;
public sealed class PoolsAreRecordedInSqlite : PoolsAreRecorded<SqliteHarness>;
public sealed class PoolHistoryGoesOnInSqlite : PoolHistoryGoesOn<SqliteHarness>;
public sealed class ReceiptsProveInSqlite : ReceiptsProve<SqliteHarness>;
public sealed class TamperingIsFoundInSqlite : TamperingIsFound<SqliteHarness>;
public sealed class ReceiptsStayTrueInSqlite : ReceiptsStayTrue<SqliteHarness>;
public sealed class EntriesAreReplayedFromSqlite : EntriesAreReplayed<SqliteHarness>;
