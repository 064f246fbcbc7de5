using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around any other one, which records the approvals that this process changes, and tells what was recorded of changes. Those of limits and pools are recorded in the step that makes them.</summary>
/// <param name="inner">The store.</param>
/// <param name="ledger">The ledger.</param>
/// <param name="entries">Makes the entries.</param>
/// <param name="record">Takes them to the ledger.</param>
/// <param name="times">The times of the changes.</param>
internal sealed class ChangeStore(IBudgetStore inner, ILedger ledger, EntryFactory entries, Action<LedgerEntry> record, ChangeTimes times)
    : DelegatingBudgetStore(inner), ILimitChangeListener, IChangeHistory
{
    public void Changed(LimitChange change)
    {
        if (change.Kind == LimitChangeKind.Approval)
            record(entries.OfChange(change, times.Next()));
    }

    public ValueTask<IReadOnlyList<LimitChange>> ReadChangesAsync(LimitChange change, DateTimeOffset from, DateTimeOffset upTo, int count, CancellationToken cancellationToken) =>
        ChangeHistory.ReadAsync(ledger, change, from, upTo, count, cancellationToken);
}
