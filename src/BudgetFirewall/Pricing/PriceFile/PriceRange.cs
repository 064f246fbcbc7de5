namespace BudgetFirewall;

/// <summary>One range of a <c>tiered_pricing</c> table.</summary>
/// <param name="Start">The input tokens above which it begins; null when it does not say, or counts something else.</param>
/// <param name="End">The last number of input tokens in it; null for no end.</param>
/// <param name="Prices">Its prices.</param>
internal sealed record PriceRange(long? Start, long? End, PriceFileSet Prices);
