namespace BudgetFirewall.Receipts;

/// <summary>Something in a ledger that is not as it was first written. Immutable.</summary>
/// <param name="Kind">The kind of finding.</param>
/// <param name="Description">The finding in a sentence, with the entry or the checkpoint that it is about.</param>
/// <param name="LeafIndex">The place in the log, from 0, the first one of an end that was cut off; null where it is about none.</param>
/// <param name="EntryId">The id of the entry, as it is now; null where there is none or it cannot be read.</param>
public sealed record LedgerFinding(LedgerFindingKind Kind, string Description, long? LeafIndex = null, string? EntryId = null);
