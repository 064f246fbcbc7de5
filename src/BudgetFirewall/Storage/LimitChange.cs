namespace BudgetFirewall.Storage;

/// <summary>A change of a budget, a rate limit, a pool or an approval at run time, or what a pool's members have had and used. Immutable.</summary>
/// <param name="Kind">The kind of what was changed.</param>
/// <param name="Id">The id of what was changed.</param>
/// <param name="Partition">The partition; null without partitions.</param>
public sealed record LimitChange(LimitChangeKind Kind, string Id, string? Partition)
{
    /// <summary>The scope that it is about; null for a pool.</summary>
    public BudgetScope? Scope { get; init; }

    /// <summary>What it was before, as JSON; null where there was none.</summary>
    public string? Before { get; init; }

    /// <summary>What it is now, as JSON; null where it was removed.</summary>
    public string? After { get; init; }

    /// <summary>The person or program that has changed it; null where nobody was named.</summary>
    public string? By { get; init; }

    /// <summary>The reason that was given; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>The time that identifies it, whoever tells it and how often; null: the present time when it is told.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The number of the part, from 0 on, where it is told in several.</summary>
    public int Part { get; init; }
}
