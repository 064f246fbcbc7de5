using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>A place of a ledger that names a person still after they were erased. Immutable.</summary>
/// <param name="Place">The place.</param>
/// <param name="Count">The number of texts, entries or files there.</param>
public sealed record LedgerErasureRemainder(LedgerErasurePlace Place, long Count)
{
    /// <summary>The paths of the files that may name the person; empty for other places.</summary>
    public ImmutableArray<string> Files { get; init; } = [];
}
