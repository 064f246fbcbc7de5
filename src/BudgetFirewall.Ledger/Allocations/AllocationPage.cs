using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One page of allocations. Immutable.</summary>
/// <param name="Allocations">The allocations, the one that was made first last.</param>
/// <param name="NextCursor">The place of the next page; null after the last one. It is an opaque text.</param>
public sealed record AllocationPage(ImmutableArray<MadeAllocation> Allocations, string? NextCursor);
