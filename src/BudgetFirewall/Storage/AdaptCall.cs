using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A report of what a provider has said, to every adaptive rate limit that it concerns. Immutable.</summary>
public sealed class AdaptCall
{
    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The version of the catalog that the rate limits were matched with; empty for a catalog without runtime limits.</summary>
    public required string CatalogVersion { get; init; }

    /// <summary>The rate limits, at most <see cref="DecisionCall.MaxLimits"/>, each at most once.</summary>
    public ImmutableArray<RateLimitReport> Reports { get; init; } = [];

    /// <summary>The span of the store's time in which the rate limits are the ones in force; null: always. Outside of it nothing is done.</summary>
    public PeriodWindow? Validity { get; init; }
}
