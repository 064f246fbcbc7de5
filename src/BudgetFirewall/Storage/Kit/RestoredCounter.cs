namespace BudgetFirewall.Storage;

/// <summary>A counter as it was. Amounts are nanos of money or micros of a unit.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Family">The name of the counter's family: <see cref="CounterFamily.Name"/>.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="PeriodStart">The start of its period, UTC; the minimum for one without bounds.</param>
/// <param name="KeptUntil">The time, UTC, until which it is needed, as <see cref="CounterRule.KeptUntil"/> says; the maximum for always.</param>
/// <param name="Spent">The amount spent, 0 or more.</param>
/// <param name="Allowance">The allowance, 0 or more.</param>
public readonly record struct RestoredCounter(string? Partition, string Family, string ScopeId, DateTime PeriodStart, DateTime KeptUntil, long Spent, long Allowance);
