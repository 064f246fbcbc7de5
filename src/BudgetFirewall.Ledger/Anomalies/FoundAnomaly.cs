namespace BudgetFirewall.Storage;

/// <summary>What was found, as it is written. Amounts are in nanos, or in micros of the unit.</summary>
internal sealed record FoundAnomaly
{
    public required AnomalyKind Kind { get; init; }

    public required BudgetScope Scope { get; init; }

    /// <summary>The id of the scope's row.</summary>
    public required long ScopeId { get; init; }

    public required DateTimeOffset Hour { get; init; }

    public required DateTimeOffset HourEnd { get; init; }

    public required Expectation Expectation { get; init; }

    public required long Seen { get; init; }

    /// <summary>The id of the counter's row; 0 for none.</summary>
    public long Counter { get; init; }

    /// <summary>The id of the partition's name; 0 for none.</summary>
    public long PartitionId { get; init; }

    public string? Partition { get; init; }

    public string? BudgetId { get; init; }

    public string? Unit { get; init; }

    /// <summary>The time by which the rest of a budget is used up; null for other kinds.</summary>
    public DateTimeOffset? UsedUpAt { get; init; }

    /// <summary>The end of the budget's period; null for other kinds.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>The amount of a budget that was left; null for other kinds.</summary>
    public decimal? Remaining { get; init; }
}
