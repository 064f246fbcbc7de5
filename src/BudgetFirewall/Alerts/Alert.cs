namespace BudgetFirewall;

/// <summary>Something that somebody should look at: one or more events of one rule that belong together. Immutable.</summary>
public sealed record Alert
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the rule that has chosen its events.</summary>
    public required string Rule { get; init; }

    /// <summary>The state.</summary>
    public AlertState State { get; init; }

    /// <summary>The severity: that of the rule, or of the most severe event.</summary>
    public BudgetEventSeverity Severity { get; init; }

    /// <summary>The last event. Its <see cref="BudgetEvent.Text"/> is the alert in a sentence.</summary>
    public required BudgetEvent Event { get; init; }

    /// <summary>The number of events. Looking at a budget that is still above its fraction does not count.</summary>
    public long Count { get; init; } = 1;

    /// <summary>The time at which it was opened first, UTC, by the clock of the process.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>The time of the last event, UTC.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>The time at which it was acknowledged, UTC; null while nobody has.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The person who has acknowledged it; null for nobody, or somebody without a name.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>The note of who has acknowledged or resolved it; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>The time at which it was resolved, UTC; null while it is not.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The person who has resolved it; null where it was by itself, or by somebody without a name.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>The reason why it is resolved, in a sentence; null while it is not.</summary>
    public string? Resolution { get; init; }
}
