namespace BudgetFirewall;

/// <summary>A page of deliveries, the latest first.</summary>
/// <param name="Deliveries">The deliveries.</param>
/// <param name="NextCursor">The cursor of the next page; null when this is the last one.</param>
public sealed record EventDeliveryPage(IReadOnlyList<EventDelivery> Deliveries, string? NextCursor);
