namespace BudgetFirewall;

/// <summary>A counter of a charge at which there is something to tell.</summary>
/// <param name="Index">The counter's place in the call.</param>
/// <param name="Spent">What the counter stood at after the charge.</param>
/// <param name="WarnedBefore">The highest warning fraction, in millionths, that had fired before it.</param>
internal readonly record struct ChargeEvent(byte Index, long Spent, long WarnedBefore);
