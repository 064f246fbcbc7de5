namespace BudgetFirewall;

/// <summary>One limit that refuses.</summary>
internal sealed record DenyingLimit
{
    public required string ScopeKind { get; init; }

    /// <summary>A budget's period; null for a rate limit.</summary>
    public string? Period { get; init; }

    /// <summary>The unit counted; null: money, or the permits of a rate limit.</summary>
    public string? Unit { get; init; }

    public string? Limit { get; init; }

    /// <summary>The amount by which a budget's limit is raised; null where it is not.</summary>
    public string? Allowance { get; init; }

    public string? Remaining { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    public long? RetryAfterSeconds { get; init; }

    /// <summary>A budget that refuses.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="retryAfter">The time after which it has a turn for the request; null where it is not throttled.</param>
    /// <param name="isHidden">True when its amounts are not shown.</param>
    public static DenyingLimit Of(BudgetState budget, TimeSpan? retryAfter, bool isHidden) => new()
    {
        ScopeKind = budget.Scope.Kind,
        Period = budget.Period.ToString(),
        Unit = budget.Unit,
        Limit = isHidden ? null : Amounts.Text(budget.Limit),
        Allowance = isHidden || budget.Allowance == 0 ? null : Amounts.Text(budget.Allowance),
        Remaining = isHidden ? null : Amounts.Text(budget.Remaining),
        ResetsAt = budget.ResetsAt,
        RetryAfterSeconds = DenialAnswer.RetryAfterSeconds(retryAfter),
    };

    public static DenyingLimit Of(RateLimitState rateLimit, bool isHidden) => new()
    {
        ScopeKind = rateLimit.Scope.Kind,
        Unit = rateLimit.Unit,
        Limit = isHidden ? null : Amounts.Text(rateLimit.Limit),
        Remaining = isHidden ? null : Amounts.Text(rateLimit.Remaining),
        RetryAfterSeconds = DenialAnswer.RetryAfterSeconds(rateLimit.RetryAfter),
    };
}
