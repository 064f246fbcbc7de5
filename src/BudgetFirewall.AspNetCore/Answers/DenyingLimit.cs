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

    public string? Remaining { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    public long? RetryAfterSeconds { get; init; }

    public static DenyingLimit Of(BudgetState budget, bool isHidden) => new()
    {
        ScopeKind = budget.Scope.Kind,
        Period = budget.Period.ToString(),
        Unit = budget.Unit,
        Limit = isHidden ? null : Amounts.Text(budget.Limit),
        Remaining = isHidden ? null : Amounts.Text(budget.Remaining),
        ResetsAt = budget.ResetsAt,
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
