namespace BudgetFirewall;

/// <summary>One event for one subscription, and what became of it. Immutable.</summary>
public sealed record EventDelivery
{
    /// <summary>The delivery's number.</summary>
    public required long Id { get; init; }

    /// <summary>The event's id, which the receiver gets as <c>webhook-id</c>.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The state.</summary>
    public EventDeliveryState State { get; init; }

    /// <summary>The number of attempts that were made.</summary>
    public int Attempts { get; init; }

    /// <summary>The time at which it was recorded, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which on the next attempt is made; null when there is none.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The time at which it was delivered or given up; null while it is pending.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The status of the last answer; null when there was none.</summary>
    public int? LastStatus { get; init; }

    /// <summary>A description of what went wrong at the last attempt; null when nothing has.</summary>
    public string? LastError { get; init; }
}
