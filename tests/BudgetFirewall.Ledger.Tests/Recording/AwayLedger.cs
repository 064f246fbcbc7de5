namespace BudgetFirewall.Ledger.Tests;

/// <summary>A ledger whose database is away, or refuses one entry.</summary>
internal sealed class AwayLedger : LedgerAround
{
    private volatile bool _isAway = true;
    private volatile string? _refused;

    public bool IsAway { get => _isAway; set => _isAway = value; }

    public string? Refused { get => _refused; set => _refused = value; }

    public override ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken = default) =>
        (_isAway && entries.Count + changes.Count > 0) || entries.Any(entry => entry.OperationId == _refused)
            ? throw new LedgerException("The database is away.")
            : base.AppendAsync(entries, changes, cancellationToken);
}
