namespace BudgetFirewall.Tool;

/// <summary>A page of entries.</summary>
internal sealed record EntryList(IReadOnlyList<EntryAnswer> Items, string? NextCursor = null);
