namespace BudgetFirewall;

/// <summary>A page of alerts, the latest first.</summary>
/// <param name="Alerts">The alerts.</param>
/// <param name="NextCursor">The cursor of the next page; null when this is the last one.</param>
public sealed record AlertPage(IReadOnlyList<Alert> Alerts, string? NextCursor);
