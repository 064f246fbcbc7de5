namespace BudgetFirewall;

/// <summary>The amount that a correction has really taken out of one counter. Immutable.</summary>
/// <param name="Family">The family of the counter, as <c>user/day</c>.</param>
/// <param name="Scope">The scope that the counter belongs to.</param>
/// <param name="PeriodStart">The start of its period; null for a counter without periods.</param>
/// <param name="Unit">The usage unit that is counted; null for money.</param>
/// <param name="Amount">The amount, 0 or more: less than what was given back where less was spent, and 0 where the counter was gone.</param>
public sealed record CorrectedAmount(string Family, BudgetScope Scope, DateTimeOffset? PeriodStart, string? Unit, decimal Amount);
