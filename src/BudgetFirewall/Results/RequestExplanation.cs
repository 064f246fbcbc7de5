namespace BudgetFirewall;

/// <summary>
/// What a check of a request would answer, and why: every limit that the request meets, with its verdict. Nothing was taken, charged or remembered for it.
/// Immutable; can be constructed for fakes.
/// </summary>
public sealed record RequestExplanation
{
    /// <summary>The request asked about.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The request's partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The currency of money amounts.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>True when the request would be allowed.</summary>
    public bool IsAllowed => Outcome == DecisionOutcome.Allowed;

    /// <summary>The outcome that a check would have: allowed, or the reason for the denial.</summary>
    public DecisionOutcome Outcome { get; init; }

    /// <summary>The time until the request may fit: the longest wait among the limits that refuse. Null when it would be allowed, or when waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The cost of the request in currency units, rounded up to 0.000000001; the known part where <see cref="IsCostUnknown"/>.</summary>
    public decimal Cost { get; init; }

    /// <summary>True when nothing prices the request, or when the price needs usage that it does not give.</summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>The lines that the cost is made of; null when nothing prices the request.</summary>
    public CostBreakdown? CostBreakdown { get; init; }

    /// <summary>Every budget and rate limit that the request meets, with its verdict, what it needs and what is there, budgets first, in the order of decisions.</summary>
    public IReadOnlyList<LimitVerdict> Limits { get; init; } = [];

    /// <summary>The state of each budget of <see cref="Limits"/>, in their order: limit, spent, held and the time of the reset.</summary>
    public IReadOnlyList<BudgetState> Budgets { get; init; } = [];

    /// <summary>The state of each rate limit of <see cref="Limits"/>, in their order.</summary>
    public IReadOnlyList<RateLimitState> RateLimits { get; init; } = [];

    /// <summary>The ids of the partition's runtime budgets, of any scope, that are kept in the store but cannot be read; see <see cref="BudgetStatus.UnreadableBudgets"/>.</summary>
    public IReadOnlyList<string> UnreadableBudgets { get; init; } = [];

    /// <summary>The ids of the partition's runtime rate limits, of any scope, that cannot be read; see <see cref="BudgetStatus.UnreadableBudgets"/>.</summary>
    public IReadOnlyList<string> UnreadableRateLimits { get; init; } = [];
}
