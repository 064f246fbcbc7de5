namespace BudgetFirewall.Ledger.Tests;

/// <summary>A ledger around another one, whose writing is to be disturbed.</summary>
internal abstract class LedgerAround : IStateLedger
{
    private IStateLedger? _inner;

    public ILedger Around(ILedger inner)
    {
        _inner = (IStateLedger)inner;
        return this;
    }

    public virtual ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) => AppendAsync(entries, [], cancellationToken);

    public virtual ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken = default) =>
        _inner!.AppendAsync(entries, changes, cancellationToken);

    public ValueTask<KeptState> ReadStateAsync(DateTimeOffset now, TimeSpan operationIdRetention, CancellationToken cancellationToken = default) =>
        _inner!.ReadStateAsync(now, operationIdRetention, cancellationToken);

    public virtual ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default) => _inner!.ReadEntriesAsync(query, cancellationToken);

    public ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default) => _inner!.FindEntryAsync(entryId, cancellationToken);

    public ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default) => _inner!.GetTotalAsync(query, cancellationToken);

    public ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default) => _inner!.ReportAsync(request, cancellationToken);

    public ValueTask<LedgerCounterPage> ReadCountersAsync(DateTimeOffset from, string? cursor = null, CancellationToken cancellationToken = default) => _inner!.ReadCountersAsync(from, cursor, cancellationToken);

    public ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default) => _inner!.RemoveOldAsync(retention, cancellationToken);

    public ValueTask DisposeAsync() => _inner!.DisposeAsync();
}
