using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The budgets of the catalog of limits.</summary>
internal sealed class BudgetCatalog(LimitCatalog catalog, AllowanceGranter granter, string? by = null) : IBudgetCatalog
{
    public IBudgetCatalog ChangedBy(string? name) => new BudgetCatalog(catalog, granter, Identifier.CheckOptional(name, nameof(name)));

    public async ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        PoolBudgets.CheckIsNone(budget, nameof(budget));
        partition = catalog.Checked(partition);
        await catalog.SetAsync(LimitSet.Of(LimitDefinition.Of(budget), nameof(budget)), partition, isNewOnly: false, by, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetManyAsync(IReadOnlyCollection<Budget> budgets, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        partition = catalog.Checked(partition);
        var set = LimitSet.Of(budgets, LimitDefinition.Of, nameof(budgets));
        foreach (var budget in budgets)
            PoolBudgets.CheckIsNone(budget, nameof(budgets));
        if (!set.Limits.IsEmpty)
            await catalog.SetAsync(set, partition, isNewOnly: false, by, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> AddAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        PoolBudgets.CheckIsNone(budget, nameof(budget));
        partition = catalog.Checked(partition);
        return catalog.SetAsync(LimitSet.Of(LimitDefinition.Of(budget), nameof(budget)), partition, isNewOnly: true, by, cancellationToken);
    }

    public ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default) =>
        catalog.RemoveAsync(OwnKeyOf(budgetId), catalog.Checked(partition), by, cancellationToken);

    public async ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        Shown(await catalog.ListAsync(LimitKind.Budget, count: null, afterId: null, catalog.Checked(partition), cancellationToken).ConfigureAwait(false));

    public async ValueTask<IReadOnlyList<Budget>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default) =>
        Shown(await catalog.ListAsync(LimitKind.Budget, count, afterId, catalog.Checked(partition), cancellationToken).ConfigureAwait(false));

    public async ValueTask<Budget?> FindAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default) =>
        (await catalog.FindAsync(KeyOf(budgetId), catalog.Checked(partition), cancellationToken).ConfigureAwait(false))?.Budget;

    public async ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default)
    {
        _ = OwnKeyOf(budgetId);
        scope.CheckedConcrete(nameof(scope));
        partition = catalog.Checked(partition);
        var (found, inForce) = await catalog.FindBudgetAsync(budgetId, scope, partition, cancellationToken).ConfigureAwait(false);
        var budget = found ?? throw new ArgumentException(DisplayText.Escape($"There is no budget '{budgetId}'."), nameof(budgetId));
        budget.CheckAbout(scope, nameof(scope));
        // A budget for each id, or one that is switched off, may be about what a member's counts.
        if (inForce?.PoolId is { } poolId)
            throw new ArgumentException(DisplayText.Escape($"What '{budgetId}' would count for {scope} is counted for the pool '{poolId}', and is not reset by hand."), nameof(scope));
        await catalog.ResetAsync(new CounterRule(budget).Family, scope.Id, partition, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<AllowanceChange> GrantAsync(BudgetAllowance allowance, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(allowance);
        return granter.ChangeAsync(allowance, isRevocation: false, catalog.Checked(partition), cancellationToken);
    }

    public ValueTask<AllowanceChange> RevokeAsync(BudgetAllowance allowance, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(allowance);
        return granter.ChangeAsync(allowance, isRevocation: true, catalog.Checked(partition), cancellationToken);
    }

    private static LimitKey KeyOf(string budgetId) => new(LimitKind.Budget, Identifier.Check(budgetId, nameof(budgetId)));

    private static LimitKey OwnKeyOf(string budgetId)
    {
        var key = KeyOf(budgetId);
        PoolBudgets.CheckIsNone(budgetId, nameof(budgetId));
        return key;
    }

    private static Budget[] Shown(IReadOnlyList<LimitDefinition> limits) => [.. limits.Select(limit => limit.Budget!)];
}
