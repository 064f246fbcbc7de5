namespace BudgetFirewall.Storage;

/// <summary>A counter that is spent too fast, as it was told.</summary>
/// <param name="Anomaly">The number of the anomaly.</param>
/// <param name="Id">The id of its row.</param>
/// <param name="ScopeId">The id of the scope's row.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Partition">The partition; null for none.</param>
/// <param name="BudgetId">The id of the budget.</param>
/// <param name="Period">The start of the period; null for none.</param>
internal sealed record BurningCounter(long Anomaly, long Id, long ScopeId, BudgetScope Scope, string? Partition, string BudgetId, DateTimeOffset? Period);
