namespace BudgetFirewall;

/// <summary>The state of every budget and rate limit of one scope. Immutable.</summary>
public sealed record BudgetStatus
{
    /// <summary>The scope asked about.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The partition asked about; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The currency of money amounts.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>The active budgets that count for the scope; empty when there are none.</summary>
    public IReadOnlyList<BudgetState> Budgets { get; init; } = [];

    /// <summary>The rate limits of the scope; empty when there are none.</summary>
    public IReadOnlyList<RateLimitState> RateLimits { get; init; } = [];

    /// <summary>The number of budgets whose limit is reached or passed, shadow budgets not counted.</summary>
    public int ExceededCount => Budgets.Count(budget => budget.IsExceeded && !EnforcementTraits.Of(budget.Enforcement).CountsApart);

    /// <summary>The number of budgets that have reached a warning fraction and not their limit, shadow budgets not counted.</summary>
    public int WarnedCount => Budgets.Count(budget => budget.IsWarned && !EnforcementTraits.Of(budget.Enforcement).CountsApart);

    /// <summary>The sums over the budgets, without shadow budgets: one for money, first, and one for each usage unit; empty when there are no budgets.</summary>
    public IReadOnlyList<BudgetTotal> Totals => BudgetTotal.Of(Budgets);

    /// <summary>
    /// False when no active budget and no rate limit, configured or set at run time, is about the scope's kind, which is then probably misspelt.
    /// <see cref="LimitedKinds"/> says which kinds there are.
    /// </summary>
    public bool IsKindLimited { get; init; } = true;

    /// <summary>The kinds of scopes that active budgets and rate limits are about, in the order of their names.</summary>
    public IReadOnlyList<string> LimitedKinds { get; init; } = [];

    /// <summary>
    /// The ids of the partition's runtime budgets, of any scope, that are kept in the store but cannot be read. They are not enforced. Requests of their scopes
    /// are denied, as far as the scopes are known.
    /// Empty as long as nothing is damaged. Set a budget with such an id anew, or remove it.
    /// </summary>
    public IReadOnlyList<string> UnreadableBudgets { get; init; } = [];

    /// <summary>The ids of the partition's runtime rate limits, of any scope, that cannot be read; as <see cref="UnreadableBudgets"/>.</summary>
    public IReadOnlyList<string> UnreadableRateLimits { get; init; } = [];
}
