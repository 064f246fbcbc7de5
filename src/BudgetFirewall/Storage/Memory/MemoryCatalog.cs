using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The runtime budgets of every partition.</summary>
internal sealed class MemoryCatalog
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, CatalogSnapshot> _snapshots = new(StringComparer.Ordinal);
    private CatalogSnapshot _unpartitioned = CatalogSnapshot.Empty;
    private long _changes;

    public CatalogSnapshot Read(string? partition) =>
        partition is null ? Volatile.Read(ref _unpartitioned) : _snapshots.GetValueOrDefault(partition, CatalogSnapshot.Empty);

    public bool Set(string? partition, string expectedVersion, Budget budget)
    {
        lock (_lock)
        {
            var present = Read(partition);
            if (present.Version != expectedVersion)
                return false;
            Write(partition, Without(present, budget.Id).Add(budget));
            return true;
        }
    }

    public bool Remove(string? partition, string budgetId)
    {
        lock (_lock)
        {
            var present = Read(partition);
            var left = Without(present, budgetId);
            if (left.Length == present.Budgets.Length)
                return false;
            Write(partition, left);
            return true;
        }
    }

    private static ImmutableArray<Budget> Without(CatalogSnapshot present, string budgetId) =>
        present.Budgets.RemoveAll(budget => budget.Id == budgetId);

    // Versions are never used twice, or a decision matched with an old catalog could pass for one matched with the new.
    private void Write(string? partition, ImmutableArray<Budget> budgets)
    {
        var snapshot = new CatalogSnapshot((++_changes).ToString(CultureInfo.InvariantCulture), budgets);
        if (partition is null)
            Volatile.Write(ref _unpartitioned, snapshot);
        else if (budgets.IsEmpty)
            _snapshots.TryRemove(partition, out _);
        else
            _snapshots[partition] = snapshot;
    }
}
