namespace BudgetFirewall.Conformance;

/// <summary>Looks at what budgets and rate limits stand at.</summary>
public static class FirewallReading
{
    /// <summary>The only budget of a scope, or the one with an id.</summary>
    public static async ValueTask<BudgetState> StateAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null, string? partition = null)
    {
        var status = await firewall.GetStatusAsync(scope, partition);
        return status.Budgets.Where(state => budgetId is null || state.BudgetId == budgetId).Should().ContainSingle().Which;
    }

    public static async ValueTask<decimal> SpentAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null) =>
        (await firewall.StateAsync(scope, budgetId)).Spent;

    public static async ValueTask<decimal> HeldAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null) =>
        (await firewall.StateAsync(scope, budgetId)).Held;

    /// <summary>The level of the only rate limit of a scope.</summary>
    public static async ValueTask<decimal> LevelAsync(this IBudgetFirewall firewall, BudgetScope scope, string? rateLimitId = null) =>
        (await firewall.GetStatusAsync(scope)).RateLimits.Where(state => rateLimitId is null || state.RateLimitId == rateLimitId).Should().ContainSingle().Which.Level;

    public static async ValueTask<(decimal Spent, decimal Held)> AmountsAsync(this IBudgetFirewall firewall, BudgetScope scope, string? budgetId = null)
    {
        var state = await firewall.StateAsync(scope, budgetId);
        return (state.Spent, state.Held);
    }

    /// <summary>A decision's or receipt's state of one scope.</summary>
    public static BudgetState Of(this IReadOnlyList<BudgetState> states, BudgetScope scope, string? budgetId = null) =>
        states.Where(state => state.Scope == scope && (budgetId is null || state.BudgetId == budgetId)).Should().ContainSingle().Which;

    public static void AddRange<T>(this IList<T> list, IEnumerable<T> items)
    {
        foreach (var item in items)
            list.Add(item);
    }
}
