namespace BudgetFirewall;

/// <summary>
/// The way in which a rate limit follows what the provider says. The limit's own value is the ceiling: <see cref="RateLimit.RefillPerSecond"/>, <see cref="RateLimit.RatePerSecond"/>
/// or <see cref="RateLimit.Limit"/>, or that of the row of its schedule. An overload multiplies it by <see cref="DecreaseFactor"/>, and calls that take from the limit raise it again.
/// Compares by content; immutable and thread-safe.
/// </summary>
/// <remarks>
/// The present value is kept in the store for each scope and shared by all processes. It is a part of the ceiling: a ceiling that is changed changes it in proportion. With it go the capacity of a token
/// bucket and the length of a queue, never the length of a window. A limit that nobody has used for a day begins at its ceiling again.
/// The pattern is additive increase and multiplicative decrease: D.-M. Chiu, R. Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in computer networks", 1989.
/// </remarks>
/// <example><code>
/// var limit = new RateLimit
/// {
///     Scope = BudgetScope.Provider("openai"), Capacity = 100, RefillPerSecond = 100,
///     Adaptive = new AdaptiveRate { Floor = 5m, GrowthPerSecond = 8m },
/// };
/// </code></example>
public sealed record AdaptiveRate
{
    /// <summary>The least that the limit falls to: from 0.000001 up to the ceiling, in steps of 0.000001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public required decimal Floor { get; init => field = UnitAmount.CheckRate(value, nameof(Floor), isZeroAllowed: false); }

    /// <summary>
    /// The amount by which the limit grows in a second in which it is used: 0 to 9,000,000,000 in steps of 0.000001. It never grows above the ceiling, nor within the cooldown after a
    /// decrease, and a pause between two calls counts for a second at most. With 0 it does not grow.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public required decimal GrowthPerSecond { get; init => field = UnitAmount.CheckRate(value, nameof(GrowthPerSecond), isZeroAllowed: true); }

    /// <summary>The factor of a decrease: above 0 and below 1, in steps of 0.000001. Default: 0.7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public decimal DecreaseFactor { get; init => field = CheckFactor(value); } = 0.7m;

    /// <summary>
    /// The time after a decrease in which there is no other, however many calls see the same overload, and in which the limit does not grow: 10 milliseconds to 1 hour, in whole milliseconds.
    /// Default: 1 second.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or not in whole milliseconds.</exception>
    public TimeSpan Cooldown { get; init => field = CheckTime(value, nameof(Cooldown), TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), "10 milliseconds to 1 hour"); } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest time for which the limit admits nothing because the provider has said when to come back: 0 to 24 hours, in whole milliseconds. Default: 1 minute. With 0 the limit never
    /// pauses.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or not in whole milliseconds.</exception>
    public TimeSpan LongestPause { get; init => field = CheckTime(value, nameof(LongestPause), TimeSpan.Zero, TimeSpan.FromDays(1), "0 to 24 hours"); } = TimeSpan.FromMinutes(1);

    private static decimal CheckFactor(decimal value) => value is > 0 and < 1 && UnitAmount.IsInMillionths(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(DecreaseFactor), value, "DecreaseFactor must be above 0 and below 1, in steps of 0.000001.");

    private static TimeSpan CheckTime(TimeSpan value, string member, TimeSpan least, TimeSpan most, string range) =>
        value >= least && value <= most && value.Ticks % TimeSpan.TicksPerMillisecond == 0
            ? value
            : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from {range} in whole milliseconds.");
}
