namespace BudgetFirewall.Storage;

/// <summary>The outcome of an attempt, as it is written.</summary>
/// <param name="DeliveryId">The number of the delivery.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="NextAt">The time of the next attempt; null for none.</param>
/// <param name="At">The time of the attempt.</param>
/// <param name="Status">The status of the answer; null when there was none.</param>
/// <param name="Error">A description of what went wrong; null after a success.</param>
internal sealed record DeliveryOutcome(long DeliveryId, EventDeliveryState State, DateTimeOffset? NextAt, DateTimeOffset At, int? Status, string? Error);
