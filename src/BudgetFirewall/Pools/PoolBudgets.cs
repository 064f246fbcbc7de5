namespace BudgetFirewall;

/// <summary>The budgets of a pool's members, and what keeps them apart from all others.</summary>
internal static class PoolBudgets
{
    private const string Prefix = "pool:";

    public static string IdOf(string poolId, BudgetScope scope) => DerivedId.OfMember(Prefix, poolId, scope);

    /// <summary>The budget of a member.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="scope">The member.</param>
    /// <param name="amount">The limit, in nanos or micros.</param>
    /// <param name="isActive">False for one that has left the pool.</param>
    public static Budget Of(QuotaPool pool, BudgetScope scope, long amount, bool isActive = true) => new()
    {
        Id = IdOf(pool.Id, scope),
        PoolId = pool.Id,
        Scope = scope,
        Limit = pool.ToDecimal(amount),
        Unit = pool.Unit,
        Period = pool.Period,
        TimeZone = pool.TimeZone,
        Enforcement = pool.Enforcement,
        WarnAt = pool.WarnAt,
        Providers = pool.Providers,
        Models = pool.Models,
        Operations = pool.Operations,
        IsActive = isActive,
    };

    /// <summary>The budgets of a pool as its strategy divides it at first.</summary>
    public static IEnumerable<Budget> OfConfigured(QuotaPool pool) =>
        QuotaDivision.Of(pool, pool.Limit).Allocations.Select(share => Of(pool, share.Scope, pool.AmountOf(share.Amount, nameof(share.Amount))));

    /// <summary>Checks that a budget is none of a pool's.</summary>
    /// <exception cref="ArgumentException">It says that it is, or has an id of theirs.</exception>
    public static void CheckIsNone(Budget budget, string member)
    {
        if (budget.PoolId is { } poolId)
            throw new ArgumentException(DisplayText.Escape($"{member} must have no PoolId, and not '{poolId}': the budgets of a pool are changed with it."), member);
        CheckIsNone(budget.Id, member);
    }

    /// <summary>Checks that an id is none of a pool's budgets.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void CheckIsNone(string budgetId, string member)
    {
        if (budgetId.StartsWith(Prefix, StringComparison.Ordinal))
            throw new ArgumentException(DisplayText.Escape($"{member} must not be '{budgetId}': ids that begin with '{Prefix}' are those of the budgets of pools, which are changed with the pool."), member);
    }
}
