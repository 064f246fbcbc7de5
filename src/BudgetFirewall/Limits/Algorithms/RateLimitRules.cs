namespace BudgetFirewall.Storage;

/// <summary>Makes the rule of a rate limit, which is of the type that its algorithm needs.</summary>
public static class RateLimitRules
{
    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="source">The place that the limit's definition comes from.</param>
    /// <param name="replacedId">The id of the limit that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    /// <exception cref="ArgumentException">A value that the algorithm needs is missing, or one of another algorithm is given.</exception>
    public static RateLimitRule Of(RateLimit rateLimit, LimitSource source = LimitSource.Configuration, string? replacedId = null)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        return rateLimit.Algorithm switch
        {
            RateLimitAlgorithm.TokenBucket => new TokenBucketRule(rateLimit, source, replacedId),
            RateLimitAlgorithm.FixedWindow => new FixedWindowRule(rateLimit, source, replacedId),
            RateLimitAlgorithm.SlidingWindow => new SlidingWindowRule(rateLimit, source, replacedId),
            RateLimitAlgorithm.LeakyBucket => new LeakyBucketRule(rateLimit, source, replacedId),
            _ => throw new InvalidOperationException($"There is no algorithm {rateLimit.Algorithm}."),
        };
    }

    internal static RateLimitTraits TraitsOf(RateLimitAlgorithm algorithm) => algorithm switch
    {
        RateLimitAlgorithm.TokenBucket => TokenBucketRule.Traits,
        RateLimitAlgorithm.FixedWindow => FixedWindowRule.Traits,
        RateLimitAlgorithm.SlidingWindow => SlidingWindowRule.Traits,
        RateLimitAlgorithm.LeakyBucket => LeakyBucketRule.Traits,
        _ => throw new InvalidOperationException($"There is no algorithm {algorithm}."),
    };
}
