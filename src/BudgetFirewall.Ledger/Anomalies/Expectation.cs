namespace BudgetFirewall.Storage;

/// <summary>What is expected of an hour of a scope, in nanos, and above which amount it is far off. Hours in which nothing was spent are no part of it: a holiday says nothing of what an hour costs.</summary>
/// <param name="Basis">The hours that it comes from.</param>
/// <param name="Samples">The number of those hours.</param>
/// <param name="Expected">The amount that is expected: the median, times the growth.</param>
/// <param name="Scale">The amount that is one unit of distance.</param>
/// <param name="Threshold">The highest amount that is not far off.</param>
/// <param name="Growth">The growth since the middle of the weeks, in thousandths.</param>
internal readonly record struct Expectation(AnomalyBasis Basis, int Samples, long Expected, long Scale, long Threshold, int Growth)
{
    private const int FewestWeeks = 4;
    private const int FewestHours = 12;
    private const long Thousandths = 1_000;

    // A day alone says little of what the next hour may be: far more than any of its hours has seen is needed.
    private const int TimesHighest = 4;

    // Above it distances are told as this one.
    private const long MostDistance = 1_000_000_000;

    /// <summary>None: nothing is far off.</summary>
    public static Expectation None => new(AnomalyBasis.None, 0, 0, 0, long.MaxValue, RobustStatistics.NoGrowth);

    /// <summary>The expectation of the same hour of earlier weeks.</summary>
    /// <param name="weeks">The amounts of the weeks, the latest first; zero or less where nothing was spent.</param>
    /// <param name="distance">The distance that is far, in thousandths.</param>
    /// <param name="floor">The least scale, in thousandths of what is expected.</param>
    public static Expectation OfWeeks(IReadOnlyList<long> weeks, long distance, long floor)
    {
        int[] numbers = [.. Enumerable.Range(1, weeks.Count).Where(week => weeks[week - 1] > 0)];
        if (numbers.Length < FewestWeeks)
            return None;
        long[] amounts = [.. numbers.Select(week => weeks[week - 1])];
        return Of(AnomalyBasis.Weeks, amounts, RobustStatistics.Growth(numbers, amounts), distance, floor);
    }

    /// <summary>The expectation of the hours of the last day.</summary>
    public static Expectation OfLastDay(IEnumerable<long> hours, long distance, long floor)
    {
        long[] amounts = [.. hours.Where(amount => amount > 0)];
        if (amounts.Length < FewestHours)
            return None;
        var expectation = Of(AnomalyBasis.LastDay, amounts, RobustStatistics.NoGrowth, distance, floor);
        return expectation with { Threshold = Math.Max(expectation.Threshold, RobustStatistics.Scaled(amounts.Max(), TimesHighest, 1)) };
    }

    /// <summary>True for an amount that is far off, and by an amount that is worth it.</summary>
    public bool IsFar(long seen, long least) => Basis != AnomalyBasis.None && seen > Threshold && seen - Expected >= least;

    /// <summary>The distance of an amount from what is expected, in thousandths; below zero for less.</summary>
    public long DistanceOf(long seen) => DistanceOf(seen, Expected, Scale);

    /// <summary>The same, by numbers that were kept.</summary>
    public static long DistanceOf(long seen, long expected, long scale) =>
        (long)Int128.Clamp((seen - (Int128)expected) * Thousandths / scale, -MostDistance, MostDistance);

    private static Expectation Of(AnomalyBasis basis, long[] amounts, int growth, long distance, long floor)
    {
        var median = RobustStatistics.Median(amounts.AsSpan());
        var expected = RobustStatistics.Scaled(median, growth, Thousandths);
        var scale = Math.Max(Math.Max(RobustStatistics.Scale(amounts, median), RobustStatistics.Scaled(expected, floor, Thousandths)), 1);
        var threshold = (long)Int128.Min(expected + ((Int128)scale * distance / Thousandths), long.MaxValue);
        return new(basis, amounts.Length, expected, scale, threshold, growth);
    }
}
