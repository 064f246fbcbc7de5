using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>What a store has had when its process ended, as far as it was kept. Holds and the levels of rate limits are not part of it. Immutable.</summary>
public sealed class StoreImage
{
    /// <summary>The counters that are still needed, each at most once.</summary>
    public ImmutableArray<RestoredCounter> Counters { get; init; } = [];

    /// <summary>The operations that are still remembered, each at most once.</summary>
    public ImmutableArray<RestoredOperation> Operations { get; init; } = [];

    /// <summary>The budgets and rate limits that were set at run time, in the order in which they were set last.</summary>
    public ImmutableArray<RestoredLimit> Limits { get; init; } = [];

    /// <summary>The documents.</summary>
    public ImmutableArray<RestoredDocument> Documents { get; init; } = [];

    /// <summary>The approvals, pending or ended, in the order in which they were asked for.</summary>
    public ImmutableArray<RestoredApproval> Approvals { get; init; } = [];
}
