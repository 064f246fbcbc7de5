using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>One row of the table of entries.</summary>
internal sealed class EntryRow(DbDataReader reader)
{
    public long Key { get; } = reader.GetInt64(0);

    public long TimeMicroseconds { get; } = reader.GetInt64(1);

    public LedgerEntryKind Kind { get; } = (LedgerEntryKind)checked((int)reader.GetInt64(2));

    public long Partition { get; } = reader.GetInt64(3);

    public long OperationScope { get; } = reader.GetInt64(4);

    public long Attribution { get; } = reader.GetInt64(5);

    public long AmountNanos { get; } = reader.GetInt64(6);

    public long? PriceVersion { get; } = reader.OptionalNumber(7);

    public EntryFlags Flags { get; } = FlagsOf(reader.GetInt64(8));

    public long? HeldNanos { get; } = reader.OptionalNumber(9);

    public long OverrunNanos { get; } = reader.OptionalNumber(10) ?? 0;

    public DecisionOutcome? Outcome { get; } = reader.OptionalNumber(11) is { } outcome ? (DecisionOutcome)checked((int)outcome) : null;

    public long? Actor { get; } = reader.OptionalNumber(12);

    public long Currency { get; } = reader.OptionalNumber(13) ?? 0;

    public string OperationId { get; } = reader.Text(14);

    public string? CorrectedEntry { get; } = reader.OptionalText(15);

    public string? Reason { get; } = reader.OptionalText(16);

    public string? Usage { get; } = reader.OptionalText(17);

    public long Count { get; } = reader.OptionalNumber(18) ?? 1;

    // A bit that says nothing today must not be passed over: a row that was changed would read as before.
    private static EntryFlags FlagsOf(long bits) => (bits & ~(long)(EntryFlags.Late | EntryFlags.CostUnknown)) == 0
        ? (EntryFlags)bits
        : throw new FormatException($"An entry in the ledger has the flags {bits}, which nobody knows.");
}
