namespace BudgetFirewall;

/// <summary>A warning or an overrun of one counter of a charge.</summary>
/// <param name="Index">The counter's place in the call.</param>
/// <param name="Spent">The counter's amount after the charge.</param>
/// <param name="Allowance">The counter's allowance.</param>
/// <param name="WarnedBefore">The highest warning fraction, in millionths, that had fired before it.</param>
internal readonly record struct ChargeEvent(byte Index, long Spent, long Allowance, long WarnedBefore);
