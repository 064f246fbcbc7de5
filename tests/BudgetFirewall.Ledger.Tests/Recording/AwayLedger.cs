namespace BudgetFirewall.Ledger.Tests;

/// <summary>A ledger whose database is away, or refuses one entry.</summary>
internal sealed class AwayLedger : ILedger
{
    private ILedger? _inner;
    private volatile bool _isAway = true;
    private volatile string? _refused;

    public bool IsAway { get => _isAway; set => _isAway = value; }

    public string? Refused { get => _refused; set => _refused = value; }

    public ILedger Around(ILedger inner)
    {
        _inner = inner;
        return this;
    }

    public ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        _isAway || entries.Any(entry => entry.OperationId == _refused) ? throw new LedgerException("The database is away.") : _inner!.AppendAsync(entries, cancellationToken);

    public ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default) => _inner!.ReadEntriesAsync(query, cancellationToken);

    public ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default) => _inner!.FindEntryAsync(entryId, cancellationToken);

    public ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default) => _inner!.GetTotalAsync(query, cancellationToken);

    public ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default) => _inner!.ReportAsync(request, cancellationToken);

    public ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default) => _inner!.RemoveOldAsync(retention, cancellationToken);

    public ValueTask DisposeAsync() => _inner!.DisposeAsync();
}
