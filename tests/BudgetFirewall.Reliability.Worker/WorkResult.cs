namespace BudgetFirewall.Reliability;

/// <summary>What came of a job.</summary>
public sealed record WorkResult
{
    public int Granted { get; init; }

    public int Denied { get; init; }

    /// <summary>Operations that were not answered after their last try.</summary>
    public int Unknown { get; init; }

    /// <summary>Calls, tries counted.</summary>
    public int Calls { get; init; }

    /// <summary>Acknowledged commits, spends and charges.</summary>
    public long ChargedNanos { get; init; }

    /// <summary>Acknowledged reservations that were neither committed nor released.</summary>
    public long OpenNanos { get; init; }

    /// <summary>Failures of kinds that no fault explains, by their text.</summary>
    public IReadOnlyList<string> Surprises { get; init; } = [];

    /// <summary>How long calls took, in ms: the median, 99 of 100, the longest.</summary>
    public double MedianMs { get; init; }

    public double P99Ms { get; init; }

    public double LongestMs { get; init; }

    /// <summary>The longest time between two grants of the process, in ms.</summary>
    public double LongestGapMs { get; init; }

    /// <summary>How often the process has reported that data was lost.</summary>
    public int DataLosses { get; init; }

    /// <summary>When the process's reports have lowered a rate limit, in ms since 1970 by the server's clock.</summary>
    public IReadOnlyList<long> LoweredAtMs { get; init; } = [];

    public long WorkingSetBytes { get; init; }
}
