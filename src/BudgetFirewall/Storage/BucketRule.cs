namespace BudgetFirewall.Storage;

/// <summary>A rate limit as a store needs it, in whole micros (10⁻⁶ token). Immutable.</summary>
public sealed class BucketRule : IScopedRule
{
    /// <summary>The rule of a rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    public BucketRule(RateLimit rateLimit)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        RateLimit = rateLimit;
        RateLimitId = rateLimit.Id;
        Kind = rateLimit.Scope.Kind;
        Filter = rateLimit.Filter;
        Name = DerivedId.BucketName(Kind, rateLimit.GivenId, rateLimit.Unit, Filter);
        NameHash = Name.GetHashCode(StringComparison.Ordinal);
        CapacityMicros = (long)(rateLimit.Capacity * UnitAmount.MicrosPerUnit);
        RefillMicrosPerSecond = (long)(rateLimit.RefillPerSecond * UnitAmount.MicrosPerUnit);
    }

    /// <summary>The rate limit.</summary>
    public RateLimit RateLimit { get; }

    /// <summary>The rate limit's id.</summary>
    public string RateLimitId { get; }

    /// <summary>The scope's kind.</summary>
    public string Kind { get; }

    /// <summary>What the bucket is, apart from the scope's id, as text; equal for limits that share their buckets only.</summary>
    public string Name { get; }

    /// <summary>The most the bucket holds, in micros.</summary>
    public long CapacityMicros { get; }

    /// <summary>What comes back per second, in micros.</summary>
    public long RefillMicrosPerSecond { get; }

    internal int NameHash { get; }

    internal RequestFilter Filter { get; }

    BudgetScope IScopedRule.Scope => RateLimit.Scope;

    RequestFilter IScopedRule.Filter => Filter;

    string IScopedRule.ReplacementKey => DerivedId.BucketName(Kind, givenId: null, RateLimit.Unit, Filter);

    string IScopedRule.OrderKey => RateLimitId;
}
