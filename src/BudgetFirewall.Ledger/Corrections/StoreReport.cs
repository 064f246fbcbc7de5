namespace BudgetFirewall.Storage;

/// <summary>The last report of a process that it uses a store.</summary>
/// <param name="StoreId">The id of the store.</param>
/// <param name="Location">The place where the store's data are.</param>
/// <param name="At">The time of the report.</param>
internal readonly record struct StoreReport(string StoreId, string Location, DateTimeOffset At);
