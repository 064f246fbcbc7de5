namespace BudgetFirewall;

/// <summary>The ways in which a rate limit counts. Each has values of its own, which <see cref="RateLimit"/> lists.</summary>
public enum RateLimitAlgorithm
{
    /// <summary>A bucket that starts full at <see cref="RateLimit.Capacity"/> and refills continuously by <see cref="RateLimit.RefillPerSecond"/>.</summary>
    TokenBucket,

    /// <summary>At most <see cref="RateLimit.Limit"/> in each <see cref="RateLimit.Window"/>, one window after the other, as <see cref="RateLimit.Alignment"/> places them.</summary>
    FixedWindow,

    /// <summary>At most <see cref="RateLimit.Limit"/> in any <see cref="RateLimit.Window"/>, wherever it begins.</summary>
    SlidingWindow,

    /// <summary>
    /// Evenly spaced turns at <see cref="RateLimit.RatePerSecond"/>: a call that comes too early waits for its turn, within <see cref="RateLimit.MaxWait"/> and
    /// <see cref="RateLimit.QueueLimit"/>.
    /// </summary>
    LeakyBucket,
}
