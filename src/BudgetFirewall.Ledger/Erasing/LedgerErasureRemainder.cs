namespace BudgetFirewall;

/// <summary>A place of a ledger that names a person still after they were erased. Immutable.</summary>
/// <param name="Place">The place.</param>
/// <param name="Count">The number of texts there that name the person.</param>
public sealed record LedgerErasureRemainder(LedgerErasurePlace Place, long Count);
