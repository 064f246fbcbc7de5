namespace BudgetFirewall;

/// <summary>The state of a rate limit for one scope. Amounts are permits, or usage units where <see cref="Unit"/> is set. Immutable.</summary>
public sealed record RateLimitState
{
    /// <summary>The rate limit's id.</summary>
    public required string RateLimitId { get; init; }

    /// <summary>The rate limit's name for people, <see cref="RateLimit.Name"/>; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The one scope that is limited, never <see cref="BudgetScope.Each"/>.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The place that the rate limit's definition comes from.</summary>
    public LimitSource Source { get; init; }

    /// <summary>The id of the definition that this one replaces for the scope; null when there is none. See <see cref="LimitVerdict.ReplacedId"/>.</summary>
    public string? ReplacedId { get; init; }

    /// <summary>The usage unit that is taken; null when the limit takes permits.</summary>
    public string? Unit { get; init; }

    /// <summary>The effect on a request that does not fit: hard or shadow.</summary>
    public Enforcement Enforcement { get; init; }

    /// <summary>The way in which the limit counts.</summary>
    public RateLimitAlgorithm Algorithm { get; init; }

    /// <summary>The most that may be taken at once, when nothing else is: the capacity of a token bucket, the limit of a window, the amount that may wait in a leaky bucket and one more.</summary>
    public required decimal Limit { get; init; }

    /// <summary>The time in which the whole limit may be taken once more: of a token bucket, the time in which an empty one is full; of a window, its length; of a leaky bucket, the time in which it begins. Null when nothing ever comes back.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The tokens that come back to a token bucket per second; null for other algorithms.</summary>
    public decimal? RefillPerSecond { get; init; }

    /// <summary>The permits or units that may begin per second in a leaky bucket; null for other algorithms.</summary>
    public decimal? RatePerSecond { get; init; }

    /// <summary>
    /// The permits or units in the queue of a leaky bucket, rounded up to 0.000001: those whose turn is to come, and what is left of the one whose turn it is. Null for other algorithms.
    /// </summary>
    public decimal? QueueLength { get; init; }

    /// <summary>The time until the turn of a call that would come now, rounded up to a microsecond; zero when nothing is queued. Null for other algorithms than the leaky bucket.</summary>
    public TimeSpan? NextTurnIn => QueueLength is null ? null : FullIn;

    /// <summary>
    /// The most that an adaptive limit grows to, in the value that it lowers and raises: <see cref="RefillPerSecond"/>, <see cref="RatePerSecond"/>, or the <see cref="Limit"/> of a window, which say what
    /// is in force. Null when the limit stays as it is.
    /// </summary>
    public decimal? Ceiling { get; init; }

    /// <summary>The time for which an adaptive limit admits nothing, because the provider has said when to come back. Null when it has no pause.</summary>
    public TimeSpan? PausedFor { get; init; }

    /// <summary>True when the limit is one on each id of the scope's kind.</summary>
    public bool IsForEach { get; init; }

    /// <summary>The amount that is left, rounded down to 0.000001; below zero after a charge of more than was there.</summary>
    public decimal Level { get; init; }

    /// <summary>The amount that may be taken now: the level, or 0 where it is below, or the limit has a pause.</summary>
    public decimal Remaining => PausedFor is null ? Math.Max(0, Level) : 0;

    /// <summary>The time until the whole limit is there again if nobody takes from it, rounded up to a microsecond; zero when it is, null when nothing comes back.</summary>
    public TimeSpan? FullIn { get; init; }

    /// <summary>The exact time, rounded up to a microsecond, until a request that this limit denied would fit. Null when it fits, or never will.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
