namespace BudgetFirewall.Storage;

/// <summary>A counter from which a correction takes an amount. It is named by texts, because its budget may not be configured any more.</summary>
/// <param name="Family">The name of its family: <see cref="CounterFamily.Name"/>.</param>
/// <param name="Scope">The scope that it belongs to.</param>
/// <param name="Unit">The usage unit that it counts; null for money. Stores need not look at it.</param>
/// <param name="PeriodStart">The start, UTC, of the period in which it was charged; the minimum for one without bounds.</param>
/// <param name="Amount">The amount to take, in nanos or micros, 0 or more.</param>
public readonly record struct CorrectedCounter(string Family, BudgetScope Scope, string? Unit, DateTime PeriodStart, long Amount);
