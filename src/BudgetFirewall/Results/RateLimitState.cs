namespace BudgetFirewall;

/// <summary>The state of a rate limit for one scope. Amounts are tokens, or usage units where <see cref="Unit"/> is set. Immutable.</summary>
public sealed record RateLimitState
{
    /// <summary>The rate limit's id.</summary>
    public required string RateLimitId { get; init; }

    /// <summary>The one scope that is limited, never <see cref="BudgetScope.Each"/>.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The usage unit that is taken; null when the limit takes permits.</summary>
    public string? Unit { get; init; }

    /// <summary>The effect on a request that does not fit: hard or shadow.</summary>
    public Enforcement Enforcement { get; init; }

    /// <summary>The most tokens the bucket holds.</summary>
    public required decimal Capacity { get; init; }

    /// <summary>Tokens that come back per second.</summary>
    public required decimal RefillPerSecond { get; init; }

    /// <summary>Tokens in the bucket, rounded down to 0.000001; below zero after a charge of more than was there.</summary>
    public decimal Level { get; init; }

    /// <summary>Tokens that may be taken now: the level, or 0 where it is below.</summary>
    public decimal Remaining => Math.Max(0, Level);

    /// <summary>The time until the bucket is full again, rounded up to a microsecond; null when nothing comes back.</summary>
    public TimeSpan? FullIn { get; init; }

    /// <summary>The exact time, rounded up to a microsecond, until a request that this limit denied would fit. Null when it fits, or never will.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
