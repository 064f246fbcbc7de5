using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>The result of erasing a person. Immutable.</summary>
/// <param name="ErasedId">What stands in the place of the id now, as <c>(erased 17)</c>; null when nothing in the ledger could be erased, so that nothing was changed and the log has nothing of it.</param>
/// <param name="Entries">The number of entries that have named the person.</param>
/// <param name="Remainders">Where the person is named still, each place once; empty where nothing is left.</param>
public sealed record LedgerErasureResult(string? ErasedId, long Entries, ImmutableArray<LedgerErasureRemainder> Remainders)
{
    /// <summary>True when nothing in the ledger names the person any more, and, by the erasure of a firewall, nothing in its journal and nothing that is on its way to the ledger.</summary>
    public bool IsComplete => Remainders.IsEmpty;
}
