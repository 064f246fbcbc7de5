namespace BudgetFirewall.Tool;

/// <summary>Something in a ledger that is not as it was attested.</summary>
internal sealed record FindingAnswer(string Kind, string Description, long? LeafIndex, string? EntryId);
