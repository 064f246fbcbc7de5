namespace BudgetFirewall.Reliability;

/// <summary>What came of the job of several workers.</summary>
internal sealed class WorkTotals(IReadOnlyList<WorkResult> results)
{
    public int Granted => results.Sum(result => result.Granted);

    public int Denied => results.Sum(result => result.Denied);

    public int Unknown => results.Sum(result => result.Unknown);

    public int Calls => results.Sum(result => result.Calls);

    public decimal Charged => results.Sum(result => result.ChargedNanos) / 1_000_000_000m;

    public decimal Open => results.Sum(result => result.OpenNanos) / 1_000_000_000m;

    public double P99Ms => results.Max(result => result.P99Ms);

    public double LongestMs => results.Max(result => result.LongestMs);

    public double LongestGapMs => results.Max(result => result.LongestGapMs);

    /// <summary>When reports have lowered a rate limit, in ms since 1970, in order.</summary>
    public IReadOnlyList<long> LoweredAtMs => [.. results.SelectMany(result => result.LoweredAtMs).Order()];

    public int DataLosses => results.Sum(result => result.DataLosses);

    /// <summary>No worker has seen anything that its faults do not explain.</summary>
    public void AssertNoSurprises() => results.SelectMany(result => result.Surprises).Should().BeEmpty();
}
