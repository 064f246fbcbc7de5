namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A ledger that is empty, and whose database can be taken away for writing or for reading.</summary>
internal sealed class AwayLedger : ILedger
{
    public bool IsReadable { get; set; } = true;

    public ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) => throw new LedgerException("The database is away: Password=secret.");

    public ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default) => Read(new LedgerPage([], NextCursor: null));

    public ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default) => Read<LedgerEntry?>(null);

    public ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default) => Read(new LedgerTotal(0, 0));

    public ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default) => throw new LedgerException("The database is away: Password=secret.");

    public ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => default;

    private ValueTask<T> Read<T>(T value) => IsReadable ? new(value) : throw new LedgerException("The database is away: Password=secret.");
}
