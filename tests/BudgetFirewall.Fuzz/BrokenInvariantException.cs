namespace BudgetFirewall.Fuzz;

/// <summary>Something that must hold for every input does not.</summary>
internal sealed class BrokenInvariantException(string message) : Exception(message);
