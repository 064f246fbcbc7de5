namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>The tables that are printed.</summary>
internal static class Report
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public static void PrintLoads(IEnumerable<Trial> trials)
    {
        Console.WriteLine("\n| load | calls a second | median | inside the script | server's processor | client's processor |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var trial in trials)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"| {trial.Name} | {trial.Median(m => m.PerSecond):#,0} | {trial.Median(m => m.MedianMicroseconds):#,0} µs | {trial.Median(m => m.ScriptMicroseconds):0.0} µs | {trial.Median(m => m.ServerMicroseconds):0.0} µs | {trial.Median(m => m.ClientMicroseconds):0.0} µs |"));
        }
    }

    public static void PrintRatios(IEnumerable<Ratio> ratios)
    {
        Console.WriteLine("\n| ratio | measured | target |");
        Console.WriteLine("|---|---|---|");
        foreach (var ratio in ratios)
            Console.WriteLine(FormattableString.Invariant($"| {ratio.Name} | {ratio.Value:0.00} | {ratio.Target} |"));
    }
}
