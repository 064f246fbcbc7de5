namespace BudgetFirewall.Storage;

/// <summary>The counters of one family and period that have spent an amount. Immutable.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Family">The name of the family of counters.</param>
/// <param name="PeriodStart">The start of the period, UTC; null for counters without periods.</param>
/// <param name="AtLeast">The amount, in whole nanos of money or micros of a unit.</param>
public sealed record AlertSpenders(string? Partition, string Family, DateTimeOffset? PeriodStart, long AtLeast);
