using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A delivery as JSON.</summary>
[Description("One event for one subscription.")]
internal sealed record DeliveryReply
{
    public required long Id { get; init; }

    public required string EventId { get; init; }

    public required string EventType { get; init; }

    [Description("pending, delivered or given_up.")]
    public required string State { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public int? LastStatus { get; init; }

    public string? LastError { get; init; }

    public static DeliveryReply Of(EventDelivery delivery) => new()
    {
        Id = delivery.Id,
        EventId = delivery.EventId,
        EventType = delivery.EventType,
        State = NameOf(delivery.State),
        Attempts = delivery.Attempts,
        CreatedAt = delivery.CreatedAt,
        NextAttemptAt = delivery.NextAttemptAt,
        EndedAt = delivery.EndedAt,
        LastStatus = delivery.LastStatus,
        LastError = delivery.LastError,
    };

    public static string NameOf(EventDeliveryState state) => state switch
    {
        EventDeliveryState.Pending => "pending",
        EventDeliveryState.Delivered => "delivered",
        EventDeliveryState.GivenUp => "given_up",
        _ => throw new InvalidOperationException($"There is no state {state}."),
    };
}
