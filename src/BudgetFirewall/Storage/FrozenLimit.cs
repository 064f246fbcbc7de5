namespace BudgetFirewall.Storage;

/// <summary>The limit of a budget with <see cref="Budget.LimitFromUsage"/>, for one scope in one period.</summary>
/// <param name="Now">The store's time of the answer, UTC.</param>
/// <param name="Period">The period that the store's time lies in.</param>
/// <param name="Limit">The limit in nanos of money or micros of a unit.</param>
public readonly record struct FrozenLimit(DateTimeOffset Now, PeriodWindow Period, long Limit);
