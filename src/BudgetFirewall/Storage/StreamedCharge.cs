namespace BudgetFirewall.Storage;

/// <summary>A counter after a charge.</summary>
/// <param name="Counter">Its index among the counters of the charge.</param>
/// <param name="Spent">The amount spent, in nanos or micros.</param>
/// <param name="Allowance">The counter's allowance, in nanos or micros.</param>
public readonly record struct StreamedCharge(int Counter, long Spent, long Allowance);
