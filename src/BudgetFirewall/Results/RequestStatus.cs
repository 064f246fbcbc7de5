namespace BudgetFirewall;

/// <summary>The state of every budget and rate limit that a request meets, of all its scopes. Immutable.</summary>
public sealed record RequestStatus
{
    /// <summary>The request asked about.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The request's partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The currency of money amounts.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>The active budgets that the request meets, in the order of decisions; empty when there are none.</summary>
    public IReadOnlyList<BudgetState> Budgets { get; init; } = [];

    /// <summary>The rate limits that the request meets; empty when there are none.</summary>
    public IReadOnlyList<RateLimitState> RateLimits { get; init; } = [];

    /// <summary>The number of budgets whose limit is reached or passed, shadow budgets not counted.</summary>
    public int ExceededCount => Budgets.Count(budget => budget.IsExceeded && !EnforcementTraits.Of(budget.Enforcement).CountsApart);

    /// <summary>The number of budgets that have reached a warning fraction and not their limit, shadow budgets not counted.</summary>
    public int WarnedCount => Budgets.Count(budget => budget.IsWarned && !EnforcementTraits.Of(budget.Enforcement).CountsApart);

    /// <summary>The sums over the budgets, without shadow budgets: one for money, first, and one for each usage unit; empty when there are no budgets.</summary>
    public IReadOnlyList<BudgetTotal> Totals => BudgetTotal.Of(Budgets);

    /// <summary>The ids of the partition's runtime budgets, of any scope, that are kept in the store but cannot be read; see <see cref="BudgetStatus.UnreadableBudgets"/>.</summary>
    public IReadOnlyList<string> UnreadableBudgets { get; init; } = [];

    /// <summary>The ids of the partition's runtime rate limits, of any scope, that cannot be read; see <see cref="BudgetStatus.UnreadableBudgets"/>.</summary>
    public IReadOnlyList<string> UnreadableRateLimits { get; init; } = [];
}
