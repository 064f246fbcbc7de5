namespace BudgetFirewall;

/// <summary>What was seen in an hour beside what was expected. Amounts are exact, in currency units. Immutable.</summary>
public sealed record AnomalyJudgement
{
    /// <summary>The hours that the expectation comes from. <see cref="AnomalyBasis.None"/> is an answer: too little is known, and nothing is expected.</summary>
    public required AnomalyBasis Basis { get; init; }

    /// <summary>The number of those hours; 0 where nothing is expected.</summary>
    public int Samples { get; init; }

    /// <summary>The amount that was seen.</summary>
    public required decimal Seen { get; init; }

    /// <summary>The amount that is expected: the median of the hours, times the growth; null where nothing is expected.</summary>
    public decimal? Expected { get; init; }

    /// <summary>The amount above which the hour is an anomaly, if it is above <see cref="Expected"/> by the least amount too; null where nothing is expected.</summary>
    public decimal? Threshold { get; init; }

    /// <summary>The distance of what was seen from what was expected, to the thousandth; below zero for less, and null where nothing is expected.</summary>
    public decimal? Distance { get; init; }

    /// <summary>The factor by which the scope has grown from the middle of the weeks to this hour, to the thousandth: 1 for no growth.</summary>
    public decimal Growth { get; init; } = 1;

    /// <summary>True for an anomaly.</summary>
    public bool IsAnomaly { get; init; }
}
