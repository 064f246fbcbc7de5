namespace BudgetFirewall;

/// <summary>Something to know about one entry of a price file. Immutable.</summary>
/// <param name="Model">The entry's name.</param>
/// <param name="Field">The field that it is about; null when it is about the entry.</param>
/// <param name="Reason">The note itself, as text.</param>
public sealed record ModelPriceNote(string Model, string? Field, string Reason);
