namespace BudgetFirewall;

/// <summary>The state of a firewall's outbox: the charges and commits that wait in it, and counts of those that have left it. Immutable.</summary>
public sealed record OutboxStatus
{
    /// <summary>The status of a firewall without an outbox.</summary>
    public static OutboxStatus Off { get; } = new();

    /// <summary>True when there is an outbox.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>The number of charges and commits that wait.</summary>
    public int Count { get; init; }

    /// <summary>The number of charges and commits that may wait.</summary>
    public int Capacity { get; init; }

    /// <summary>
    /// The known cost of all that wait, in currency units. A usage committed by id is priced only on delivery, and not included, when its reservation could not
    /// be read.
    /// </summary>
    public decimal Amount { get; init; }

    /// <summary>The time when the oldest that waits was put in, UTC by this process's clock; null when none waits.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>The time that the oldest has waited; null when none waits.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>The number of charges and commits that this firewall has delivered.</summary>
    public long Delivered { get; init; }

    /// <summary>The number that could not be delivered and were given up; each was logged and reported to the observers.</summary>
    public long Undeliverable { get; init; }
}
