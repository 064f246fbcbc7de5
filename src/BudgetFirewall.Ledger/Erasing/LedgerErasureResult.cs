using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>The result of erasing a person. Immutable.</summary>
/// <param name="ErasedId">What stands in the place of the id now, as <c>(erased 17)</c>; null when nothing in the ledger could be erased, so that nothing was changed and the log has nothing of it.</param>
/// <param name="Entries">The number of entries that have named the person.</param>
/// <param name="Remainders">Where the person is named still, each place once; empty where nothing is left.</param>
public sealed record LedgerErasureResult(string? ErasedId, long Entries, ImmutableArray<LedgerErasureRemainder> Remainders)
{
    /// <summary>True when <see cref="Remainders"/> is empty: nothing that was looked through names the person any more. The erasure of a firewall also looks at its journal and at entries that wait; that of <c>LedgerErasure.Of</c> at the database alone.</summary>
    public bool IsComplete => Remainders.IsEmpty;
}
