namespace BudgetFirewall;

/// <summary>A member of a pool in an ended period. Immutable.</summary>
public sealed record QuotaMemberPeriod
{
    /// <summary>The member.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The limit that the member had at the end of the period.</summary>
    public required decimal Allocated { get; init; }

    /// <summary>What was spent by the time at which the period was recorded. A commit may come later.</summary>
    public required decimal Used { get; init; }

    /// <summary>What had been rolled over into the period.</summary>
    public required decimal RolledOver { get; init; }

    /// <summary>What others had of the member's share at the end of the period.</summary>
    public required decimal Lent { get; init; }

    /// <summary>What the member had above its share at the end of the period.</summary>
    public required decimal Borrowed { get; init; }
}
