using System.Collections.Immutable;

namespace BudgetFirewall.Receipts;

/// <summary>The result of verifying the log of a partition. Immutable.</summary>
/// <param name="Entries">The number of entries of the log.</param>
/// <param name="Removed">The number of them that were removed because of their age, and of which nothing but the leaf is left. Whoever can write to the database can pretend that.</param>
/// <param name="Checkpoints">The number of checkpoints that it was compared with, those of the database and those that were given.</param>
/// <param name="Erased">
/// The number of ids and texts of its entries that were erased, so that nothing proves what stands in their place. The log of erasures has at least as many.
/// </param>
/// <param name="Findings">All that is not as it was first written; of entries without a leaf the first hundred.</param>
public sealed record LedgerVerification(long Entries, long Removed, long Erased, int Checkpoints, ImmutableArray<LedgerFinding> Findings)
{
    /// <summary>True when everything is as it was first written, as far as the checkpoints go.</summary>
    public bool IsValid => Findings.IsEmpty;
}
