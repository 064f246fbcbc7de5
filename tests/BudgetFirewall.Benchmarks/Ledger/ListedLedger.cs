using System.Globalization;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>A ledger that only gives the entries of a list, in their order.</summary>
internal sealed class ListedLedger(List<LedgerEntry> entries) : ILedger
{
    public ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default)
    {
        if (query.Kinds.Count > 0)
            return new(new LedgerPage([], null));
        var first = query.Cursor is null ? 0 : int.Parse(query.Cursor, CultureInfo.InvariantCulture);
        var count = Math.Min(query.Limit, entries.Count - first);
        return new(new LedgerPage([.. entries.GetRange(first, count)], first + count < entries.Count ? (first + count).ToString(CultureInfo.InvariantCulture) : null));
    }

    public ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => default;
}
