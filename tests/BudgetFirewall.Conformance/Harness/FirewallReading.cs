namespace BudgetFirewall.Conformance;

/// <summary>Looks at what budgets and rate limits stand at.</summary>
public static class FirewallReading
{
    /// <summary>The only budget of a scope, or the one with an id.</summary>
    public static async ValueTask<BudgetState> StateAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null, string? partition = null)
    {
        var status = await firewall.GetStatusAsync(scope, partition);
        return Assert.Single(status.Budgets, state => budgetId is null || state.BudgetId == budgetId);
    }

    public static async ValueTask<decimal> SpentAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null) =>
        (await firewall.StateAsync(scope, budgetId)).Spent;

    public static async ValueTask<decimal> HeldAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null) =>
        (await firewall.StateAsync(scope, budgetId)).Held;

    /// <summary>The level of the only rate limit of a scope.</summary>
    public static async ValueTask<decimal> LevelAsync(this IBudgetFirewall firewall, BudgetScope scope, string? rateLimitId = null) =>
        Assert.Single((await firewall.GetStatusAsync(scope)).RateLimits, state => rateLimitId is null || state.RateLimitId == rateLimitId).Level;

    public static async ValueTask<(decimal Spent, decimal Held)> AmountsAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null)
    {
        var state = await firewall.StateAsync(scope, budgetId);
        return (state.Spent, state.Held);
    }

    /// <summary>A decision's or receipt's state of one scope.</summary>
    public static BudgetState Of(this IReadOnlyList<BudgetState> states, BudgetScope scope, string? budgetId = null) =>
        Assert.Single(states, state => state.Scope == scope && (budgetId is null || state.BudgetId == budgetId));

    public static void AddRange<T>(this IList<T> list, IEnumerable<T> items)
    {
        foreach (var item in items)
            list.Add(item);
    }
}
