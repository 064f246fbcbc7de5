namespace BudgetFirewall.Storage;

/// <summary>The change of a counter that was set back to zero.</summary>
/// <param name="Now">The store's time of the change, UTC.</param>
/// <param name="PeriodStart">The start, UTC, of the counter's period; the minimum for one without bounds.</param>
/// <param name="Spent">The amount that was spent before, in nanos or micros.</param>
/// <param name="Allowance">The allowance that has ended with it, in nanos or micros; 0 unless the period has no bounds.</param>
public readonly record struct CounterReset(DateTimeOffset Now, DateTime PeriodStart, long Spent, long Allowance = 0);
