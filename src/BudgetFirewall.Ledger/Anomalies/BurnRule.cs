namespace BudgetFirewall.Storage;

/// <summary>
/// The rule by which a budget is spent too fast: over an hour and over five minutes, so that neither a burst that is over nor a single call is told, and measured by what is left and for how long it has to last, so that no history is needed.
/// </summary>
/// <remarks>Two windows, of which the short one is a twelfth of the long one: "The Site Reliability Workbook" (Google, 2018), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".</remarks>
/// <param name="factor">How many times too fast, in thousandths.</param>
/// <param name="share">The least part of the limit that an hour must have spent, in ten-thousandths.</param>
internal sealed class BurnRule(long factor, long share)
{
    /// <summary>The shortest period that is watched: in a shorter one, an hour is too much of it.</summary>
    public static readonly TimeSpan ShortestPeriod = TimeSpan.FromHours(6);

    public static readonly TimeSpan Long = TimeSpan.FromHours(1);
    public static readonly TimeSpan Short = TimeSpan.FromMinutes(5);

    private const int ShortOfLong = 12;
    private const long Thousandths = 1_000;
    private const long TenThousandths = 10_000;

    /// <summary>What could be spent in an hour so that the rest lasts until the period ends, and above which amount an hour is too fast.</summary>
    /// <param name="remaining">What is left, zero or more.</param>
    /// <param name="timeLeft">The time until the period ends, above zero.</param>
    public Expectation Expected(long remaining, TimeSpan timeLeft)
    {
        var expected = RobustStatistics.Scaled(remaining, Long.Ticks, timeLeft.Ticks);
        return new(AnomalyBasis.None, 0, expected, Math.Max(expected, 1), RobustStatistics.Scaled(expected, factor, Thousandths), RobustStatistics.NoGrowth);
    }

    /// <summary>True when an hour is worth looking at, whatever is left.</summary>
    public bool IsWorth(long lastHour, long limit) => lastHour > 0 && lastHour >= RobustStatistics.Scaled(limit, share, TenThousandths);

    /// <summary>True for a budget that is spent too fast.</summary>
    public bool IsTooFast(Expectation expectation, long lastHour, long lastFiveMinutes, long limit) =>
        lastHour > expectation.Threshold && IsTooFastNow(expectation, lastFiveMinutes) && IsWorth(lastHour, limit);

    /// <summary>True when the last five minutes are too fast; if they are not, the hour need not be looked at.</summary>
    public static bool IsTooFastNow(Expectation expectation, long lastFiveMinutes) => (Int128)lastFiveMinutes * ShortOfLong > expectation.Threshold;

    /// <summary>True for a budget that was spent too fast and is no longer: its last hour is half of what is too fast, or less.</summary>
    public static bool IsCalm(Expectation expectation, long lastHour) => lastHour <= expectation.Threshold / 2;
}
