using System.Collections.Concurrent;

namespace BudgetFirewall.Testing;

/// <summary>The runtime budgets of a fake firewall, which decide nothing.</summary>
internal sealed class FakeBudgetCatalog : IBudgetCatalog
{
    private readonly ConcurrentDictionary<(string? Partition, string Id), Budget> _budgets = new();

    public ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        _budgets[(partition, budget.Id)] = budget;
        return default;
    }

    public ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(budgetId);
        return new(_budgets.TryRemove((partition, budgetId), out _));
    }

    public ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        new([.. _budgets.Where(entry => entry.Key.Partition == partition).Select(entry => entry.Value).OrderBy(budget => budget.Id, StringComparer.Ordinal)]);

    public ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(budgetId);
        return _budgets.ContainsKey((partition, budgetId)) ? default : throw new ArgumentException($"There is no budget '{budgetId}'.", nameof(budgetId));
    }
}
