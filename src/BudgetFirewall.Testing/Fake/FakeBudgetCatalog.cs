namespace BudgetFirewall.Testing;

/// <summary>The runtime budgets and allowances of a fake firewall, which decide nothing.</summary>
internal sealed class FakeBudgetCatalog(TimeProvider timeProvider) : IBudgetCatalog
{
    private readonly FakeLimits<Budget> _limits = new(limit => limit.Id);
    private readonly FakeAllowances _allowances = new();

    public IBudgetCatalog ChangedBy(string? name) => this;

    public ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        _limits.Set(budget, partition, nameof(budget));
        return default;
    }

    public ValueTask SetManyAsync(IReadOnlyCollection<Budget> budgets, string? partition = null, CancellationToken cancellationToken = default)
    {
        _limits.SetMany(budgets, partition, nameof(budgets));
        return default;
    }

    public ValueTask<bool> AddAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default) => new(_limits.Add(budget, partition, nameof(budget)));

    public ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default) =>
        new(_limits.Remove(budgetId, partition, nameof(budgetId)));

    public ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) => new(_limits.List(partition));

    public ValueTask<IReadOnlyList<Budget>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default) =>
        new(_limits.List(count, afterId, partition));

    public ValueTask<Budget?> FindAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default) =>
        new(_limits.Find(budgetId, partition, nameof(budgetId)));

    public ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default) =>
        _limits.Find(budgetId, partition, nameof(budgetId)) is null ? throw new ArgumentException($"There is no budget '{budgetId}'.", nameof(budgetId)) : default;

    public ValueTask<AllowanceChange> GrantAsync(BudgetAllowance allowance, string? partition = null, CancellationToken cancellationToken = default) =>
        new(Change(allowance, partition, isRevocation: false));

    public ValueTask<AllowanceChange> RevokeAsync(BudgetAllowance allowance, string? partition = null, CancellationToken cancellationToken = default) =>
        new(Change(allowance, partition, isRevocation: true));

    private AllowanceChange Change(BudgetAllowance allowance, string? partition, bool isRevocation)
    {
        ArgumentNullException.ThrowIfNull(allowance);
        var budget = _limits.Find(allowance.BudgetId, partition, nameof(allowance)) ?? throw new ArgumentException($"There is no budget '{allowance.BudgetId}'.", nameof(allowance));
        return _allowances.Change(budget, allowance, partition, isRevocation, timeProvider.GetUtcNow());
    }
}
