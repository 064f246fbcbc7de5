namespace BudgetFirewall;

/// <summary>What waits in a firewall's outbox. Immutable.</summary>
public sealed record OutboxStatus
{
    /// <summary>The status of a firewall without an outbox.</summary>
    public static OutboxStatus Off { get; } = new();

    /// <summary>True when there is an outbox.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>How many charges and commits wait.</summary>
    public int Count { get; init; }

    /// <summary>How many may wait.</summary>
    public int Capacity { get; init; }

    /// <summary>What they cost together, in currency units, as far as it is known: a usage committed by id is priced on delivery where its reservation could not be read.</summary>
    public decimal Amount { get; init; }

    /// <summary>When the oldest was put in, UTC by this process's clock; null when none waits.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>How long the oldest has waited; null when none waits.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>How many this firewall has delivered.</summary>
    public long Delivered { get; init; }

    /// <summary>How many could not be delivered and were given up; each was logged and told to observers.</summary>
    public long Undeliverable { get; init; }
}
