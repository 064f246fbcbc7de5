using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A look at counters, in their present period, and buckets. Immutable.</summary>
public sealed class StatusCall
{
    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The version of the catalog that the counters were matched with; empty: a catalog without runtime budgets.</summary>
    public required string CatalogVersion { get; init; }

    /// <summary>The counters; amounts do not matter.</summary>
    public ImmutableArray<CounterStep> Counters { get; init; } = [];

    /// <summary>The buckets; amounts do not matter.</summary>
    public ImmutableArray<BucketStep> Buckets { get; init; } = [];
}
