namespace BudgetFirewall;

/// <summary>A charge or commit of the outbox that was given up. Immutable.</summary>
public sealed record UndeliverableCharge
{
    /// <summary>The reason why it was given up.</summary>
    public required UndeliverableReason Reason { get; init; }

    /// <summary>The operation's id: the charge's, or that of the reservation.</summary>
    public required string OperationId { get; init; }

    /// <summary>The reservation that was to be committed; null for a charge without one.</summary>
    public string? ReservationId { get; init; }

    /// <summary>The request; null for a commit by id, whose request only the store knew.</summary>
    public BudgetRequest? Request { get; init; }

    /// <summary>The usage that was to be committed; null where there was none.</summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>The cost that was to be charged, in currency units; null where only the store could have known it.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The time when it was put into the outbox, UTC by this process's clock.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>The exception of the failed delivery; null when no delivery was tried.</summary>
    public Exception? Exception { get; init; }
}
