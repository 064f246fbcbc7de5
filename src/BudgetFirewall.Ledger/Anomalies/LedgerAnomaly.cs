namespace BudgetFirewall;

/// <summary>An hour in which a scope has spent far more than was expected of it, or a budget that is spent too fast. Amounts are exact, in currency units or in <see cref="Unit"/>. Immutable.</summary>
public sealed record LedgerAnomaly
{
    /// <summary>Its number, by which later ones come after earlier ones.</summary>
    public required long Id { get; init; }

    /// <summary>The kind.</summary>
    public AnomalyKind Kind { get; init; }

    /// <summary>The scope.</summary>
    public required BudgetScope Scope { get; init; }

    /// <summary>The first moment of the hour, UTC; of a burn rate, that of the hour whose rate it was.</summary>
    public required DateTimeOffset Hour { get; init; }

    /// <summary>The first moment after the hour, UTC.</summary>
    public required DateTimeOffset HourEnd { get; init; }

    /// <summary>The time at which it was found, UTC. It may lie in the hour: an hour that has more than it may have as a whole is told at once.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>The amount that was expected; of a burn rate, what could be spent in an hour so that the rest lasts until the period ends.</summary>
    public decimal Expected { get; init; }

    /// <summary>The amount that was seen in the hour, when it was last looked at.</summary>
    public decimal Seen { get; init; }

    /// <summary>The amount above which an hour is told.</summary>
    public decimal Threshold { get; init; }

    /// <summary>The distance of what was seen from what was expected, to the thousandth, in what the hours of earlier weeks usually differ by; of a burn rate in <see cref="Expected"/>, so that 5 is six times as fast.</summary>
    public decimal Distance { get; init; }

    /// <summary>The factor by which the scope has grown from the middle of the weeks to this hour, to the thousandth, which <see cref="Expected"/> contains: 1 for no growth.</summary>
    public decimal Growth { get; init; } = 1;

    /// <summary>The hours that the expectation comes from.</summary>
    public AnomalyBasis Basis { get; init; }

    /// <summary>The number of those hours.</summary>
    public int Samples { get; init; }

    /// <summary>The id of the budget of a burn rate; null for other kinds.</summary>
    public string? BudgetId { get; init; }

    /// <summary>The partition of a burn rate; null without partitions, and for other kinds, which are about all partitions together.</summary>
    public string? Partition { get; init; }

    /// <summary>The usage unit of a burn rate; null for money.</summary>
    public string? Unit { get; init; }
}
