using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around any other one, which records the limits, pools and approvals that this process changes, and tells what was recorded.</summary>
/// <param name="inner">The store.</param>
/// <param name="ledger">The ledger.</param>
/// <param name="entries">Makes the entries.</param>
/// <param name="record">Takes them to the ledger.</param>
/// <param name="timeProvider">The clock of the changes.</param>
internal sealed class ChangeStore(IBudgetStore inner, ILedger ledger, EntryFactory entries, Action<LedgerEntry> record, TimeProvider timeProvider)
    : DelegatingBudgetStore(inner), ILimitChangeListener, IChangeHistory
{
    private readonly Lock _lock = new();
    private long _lastMicroseconds;

    public void Changed(LimitChange change) => record(entries.OfChange(change, NextTime()));

    public ValueTask<IReadOnlyList<LimitChange>> ReadChangesAsync(LimitChange change, DateTimeOffset from, DateTimeOffset upTo, int count, CancellationToken cancellationToken) =>
        ChangeHistory.ReadAsync(ledger, change, from, upTo, count, cancellationToken);

    /// <summary>The present time, and never the same twice: an entry's identity is what was changed, and when.</summary>
    private DateTimeOffset NextTime()
    {
        lock (_lock)
            return LedgerTime.FromMicroseconds(_lastMicroseconds = Math.Max(LedgerTime.Microseconds(timeProvider.GetUtcNow()), _lastMicroseconds + 1));
    }
}
