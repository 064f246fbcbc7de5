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

    public ValueTask SetManyAsync(IReadOnlyCollection<Budget> budgets, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        if (budgets.Count > IBudgetCatalog.MaxSetMany)
            throw new ArgumentException($"budgets has {budgets.Count:N0} budgets; at most {IBudgetCatalog.MaxSetMany:N0} are set in one call.", nameof(budgets));
        foreach (var budget in budgets)
            ArgumentNullException.ThrowIfNull(budget, nameof(budgets));
        if (budgets.DistinctBy(budget => budget.Id, StringComparer.Ordinal).Count() < budgets.Count)
            throw new ArgumentException("Two budgets have the same id.", nameof(budgets));
        foreach (var budget in budgets)
            _budgets[(partition, budget.Id)] = budget;
        return default;
    }

    public ValueTask<bool> AddAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return new(_budgets.TryAdd((partition, budget.Id), budget));
    }

    public ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(budgetId);
        return new(_budgets.TryRemove((partition, budgetId), out _));
    }

    public ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        new([.. _budgets.Where(entry => entry.Key.Partition == partition).Select(entry => entry.Value).OrderBy(budget => budget.Id, StringComparer.Ordinal)]);

    public async ValueTask<IReadOnlyList<Budget>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        var all = await ListAsync(partition, cancellationToken).ConfigureAwait(false);
        return [.. all.SkipWhile(budget => afterId is not null && string.CompareOrdinal(budget.Id, afterId) <= 0).Take(count)];
    }

    public ValueTask<Budget?> FindAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(budgetId);
        return new(_budgets.GetValueOrDefault((partition, budgetId)));
    }

    public ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(budgetId);
        return _budgets.ContainsKey((partition, budgetId)) ? default : throw new ArgumentException($"There is no budget '{budgetId}'.", nameof(budgetId));
    }
}
