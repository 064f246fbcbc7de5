namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>A load with a number of callers, and what each round has shown.</summary>
internal sealed record Trial(string Name, Load Load, int Callers)
{
    public List<Measurement> Results { get; } = [];

    /// <summary>The median over the rounds.</summary>
    public double Median(Func<Measurement, double> figure) => Report.Median(Results.Select(figure));

    /// <summary>The median over the rounds of this trial's figure divided by the other's of the same round.</summary>
    public double Ratio(Trial baseline, Func<Measurement, double> figure) =>
        Report.Median(Results.Zip(baseline.Results, (mine, other) => figure(mine) / figure(other)));
}
