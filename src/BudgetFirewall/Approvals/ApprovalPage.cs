namespace BudgetFirewall;

/// <summary>A part of a list of approvals. Immutable.</summary>
/// <param name="Items">The approvals, in the order in which they were asked for.</param>
/// <param name="NextCursor">The cursor of the next page; null for the last one.</param>
public sealed record ApprovalPage(IReadOnlyList<Approval> Items, string? NextCursor);
