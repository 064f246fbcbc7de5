namespace BudgetFirewall.Tool;

/// <summary>Budgets in force, ordered by id; from the service, one page of them.</summary>
internal sealed record BudgetList(IReadOnlyList<BudgetAnswer> Items, string? NextCursor = null);
