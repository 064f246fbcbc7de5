namespace BudgetFirewall.Storage;

/// <summary>
/// Statistics of a few amounts that one of them, however far off, does not move much. Amounts stay whole numbers; only the slopes of a trend are floating point, and they end in a factor of whole thousandths.
/// </summary>
internal static class RobustStatistics
{
    /// <summary>The factor that stands for no growth.</summary>
    public const int NoGrowth = 1_000;

    // No growth is believed beyond it: a doubling from week to week makes 23 of it.
    private const int MostGrowth = 32_000;

    // The part of all pairs of weeks that must rise, in quarters: three of four.
    private const int RisingQuarters = 3;

    private const long TenThousandths = 10_000;
    private const long Thousandths = 1_000;

    // 1 / Φ⁻¹(3/4), by which the deviation of normal amounts becomes their standard deviation.
    private const long NormalTenThousandths = 14_826;

    // By the number of amounts, from 2: what their deviation is too small on average.
    private static readonly long[] FewThousandths = [1_196, 1_495, 1_363, 1_206, 1_200, 1_140, 1_129, 1_107];

    /// <summary>The median: the amount in the middle, or half-way between the two there, rounded down.</summary>
    /// <param name="amounts">The amounts, one at least; they are put in order.</param>
    public static long Median(Span<long> amounts)
    {
        amounts.Sort();
        var middle = amounts.Length / 2;
        return amounts.Length % 2 == 1 ? amounts[middle] : amounts[middle - 1] + ((amounts[middle] - amounts[middle - 1]) / 2);
    }

    /// <summary>
    /// The scaled median of the absolute deviations from the median (MAD): an estimate of the standard deviation.
    /// </summary>
    /// <remarks>
    /// F. R. Hampel, "The influence curve and its role in robust estimation", JASA 69 (1974). The factors for few amounts are those of C. Croux and P. J. Rousseeuw, "Time-efficient algorithms for two highly robust estimators of
    /// scale", Computational Statistics 1 (1992).
    /// </remarks>
    /// <param name="amounts">The amounts, two at least.</param>
    /// <param name="median">Their median.</param>
    public static long Scale(ReadOnlySpan<long> amounts, long median)
    {
        Span<long> deviations = stackalloc long[amounts.Length];
        for (var i = 0; i < amounts.Length; i++)
            deviations[i] = Math.Abs(amounts[i] - median);
        return Scaled(Median(deviations), (Int128)NormalTenThousandths * OfFew(amounts.Length), TenThousandths * Thousandths);
    }

    /// <summary>
    /// The factor by which a scope has grown from the middle of some weeks to the present one, in thousandths. It is that of a trend only where three of four pairs of weeks rise: the median of the slopes of all pairs, of the logarithms of
    /// their amounts. It is never below 1, so that a scope that spends less and less is expected to spend as before.
    /// </summary>
    /// <remarks>H. Theil, "A rank-invariant method of linear and polynomial regression analysis" (1950); P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).</remarks>
    /// <param name="weeks">The numbers of the weeks, counted back from the present one, the latest first.</param>
    /// <param name="amounts">Their amounts, all above zero.</param>
    public static int Growth(ReadOnlySpan<int> weeks, ReadOnlySpan<long> amounts)
    {
        var slopes = new List<double>();
        for (var later = 0; later < weeks.Length; later++)
        {
            for (var earlier = later + 1; earlier < weeks.Length; earlier++)
                slopes.Add((Math.Log(amounts[later]) - Math.Log(amounts[earlier])) / (weeks[earlier] - weeks[later]));
        }
        if (slopes.Count == 0 || slopes.Count(slope => slope > 0) * 4 < slopes.Count * RisingQuarters)
            return NoGrowth;
        slopes.Sort();
        var middle = slopes.Count / 2;
        var slope = slopes.Count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
        var age = weeks.Length % 2 == 1 ? weeks[weeks.Length / 2] : (weeks[(weeks.Length / 2) - 1] + weeks[weeks.Length / 2]) / 2.0;
        return (int)Math.Clamp(Math.Round(Thousandths * Math.Exp(slope * age)), NoGrowth, MostGrowth);
    }

    /// <summary>An amount times a fraction, rounded down, and at most the highest number there is.</summary>
    public static long Scaled(long amount, Int128 numerator, long denominator) => (long)Int128.Min(amount * numerator / denominator, long.MaxValue);

    private static long OfFew(int count) => count - 2 < FewThousandths.Length ? FewThousandths[count - 2] : Thousandths * 10 * count / ((10 * count) - 8);
}
