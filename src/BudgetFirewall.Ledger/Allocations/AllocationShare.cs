using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>The part of a shared cost that one scope has got. Immutable.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Weight">What the part is in proportion to: 1 for an even one, the share, the money spent, the units used, or the metric.</param>
/// <param name="Amount">The part, in currency units, to the nano.</param>
public sealed record AllocationShare(BudgetScope Scope, decimal Weight, decimal Amount)
{
    /// <summary>The nanos of each of the allocation's times, which add up to the amount.</summary>
    internal ImmutableArray<long> Nanos { get; init; } = [];
}
