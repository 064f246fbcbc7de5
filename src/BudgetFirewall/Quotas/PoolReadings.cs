using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The counters of members in one period.</summary>
/// <param name="Period">The period.</param>
/// <param name="Now">The store's time.</param>
/// <param name="Readings">The readings, in the order in which they were asked for; null where there is no counter.</param>
internal sealed record PoolReadings(PeriodWindow Period, DateTimeOffset Now, IReadOnlyList<LimitReading?> Readings);
