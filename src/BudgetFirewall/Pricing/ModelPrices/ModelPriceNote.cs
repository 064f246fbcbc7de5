namespace BudgetFirewall;

/// <summary>A note on one entry of a price file. Immutable.</summary>
/// <param name="Model">The entry's name.</param>
/// <param name="Field">The field that the note is about; null when it is about the whole entry.</param>
/// <param name="Reason">The note itself, as text.</param>
public sealed record ModelPriceNote(string Model, string? Field, string Reason);
