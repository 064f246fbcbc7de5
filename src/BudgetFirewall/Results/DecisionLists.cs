namespace BudgetFirewall;

/// <summary>The lists of a decision, built or given. The lists of most decisions are never read, so they have an object of their own.</summary>
internal sealed class DecisionLists
{
    public IReadOnlyList<BudgetState>? Budgets { get; set; }

    public IReadOnlyList<RateLimitState>? RateLimits { get; set; }

    public IReadOnlyList<BudgetState>? DeniedByBudgets { get; set; }

    public IReadOnlyList<RateLimitState>? DeniedByRateLimits { get; set; }

    public IReadOnlyList<BudgetWarning>? WarningsAhead { get; set; }

    public IReadOnlyList<LimitVerdict>? Limits { get; set; }

    public IReadOnlyList<LimitVerdict>? WouldBeDeniedBy { get; set; }
}
