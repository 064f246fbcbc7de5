using System.Globalization;

namespace BudgetFirewall;

/// <summary>
/// One row of the schedule of a budget or rate limit: other values for certain hours of the week. Of the rows that are in force at a time the first one counts,
/// and the limit's own values count where none is. Compares by content; immutable and thread-safe.
/// </summary>
/// <remarks>
/// A row goes by what the clock of its time zone shows. Where the clock is put forward past its hours it is not in force that day, and hours that the clock shows twice
/// count twice. The counter stays the same, whichever row is in force.
/// </remarks>
/// <example><code>
/// var night = new ScheduleRow { From = new(20, 0), Until = new(6, 0), TimeZone = "Europe/Berlin", Limit = 2m };
/// </code></example>
public sealed record ScheduleRow
{
    private static readonly string[] TimeFormats = ["HH:mm", "HH:mm:ss"];

    /// <summary>The weekdays, in the row's time zone, on which its hours begin; empty: all. Kept from Monday to Sunday, without repetitions.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One of them is no weekday.</exception>
    public IReadOnlyList<DayOfWeek> Days { get; init => field = CheckDays(value); } = [];

    /// <summary>The time of day at which the row comes into force, in whole seconds. Default: midnight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in whole seconds.</exception>
    public TimeOnly From { get; init => field = CheckTime(value, nameof(From)); }

    /// <summary>
    /// The time of day at which the row is no longer in force, in whole seconds; on the next day where it is not after <see cref="From"/>. Default: midnight, the end of the day.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in whole seconds.</exception>
    public TimeOnly Until { get; init => field = CheckTime(value, nameof(Until)); }

    /// <summary>The time zone by whose clock the hours are meant: a name of the IANA database such as <c>Europe/Berlin</c>. Default: UTC.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public string TimeZone { get; init => field = TimeZones.Check(value, nameof(TimeZone)); } = TimeZones.Utc;

    /// <summary>The limit of a budget, or of a fixed or sliding window, in these hours; null for other limits.</summary>
    public decimal? Limit { get; init; }

    /// <summary>The capacity of a token bucket in these hours; null: as at other times, and for other limits.</summary>
    public decimal? Capacity { get; init; }

    /// <summary>The tokens that come back to a token bucket per second in these hours; null: as at other times, and for other limits.</summary>
    public decimal? RefillPerSecond { get; init; }

    /// <summary>The permits or units that may begin per second in a leaky bucket in these hours; null: as at other times, and for other limits.</summary>
    public decimal? RatePerSecond { get; init; }

    /// <inheritdoc/>
    public bool Equals(ScheduleRow? other) =>
        other is not null
        && From == other.From && Until == other.Until && TimeZone == other.TimeZone
        && Limit == other.Limit && Capacity == other.Capacity && RefillPerSecond == other.RefillPerSecond && RatePerSecond == other.RatePerSecond
        && ValueCollections.Same(Days, other.Days);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(From, Until, TimeZone, Limit, Capacity, RefillPerSecond ?? RatePerSecond, Days.Count);

    /// <summary>Reads a time of day as configuration and JSON write it.</summary>
    /// <param name="text">Hours and minutes, and seconds where they are given, as <c>08:00</c>; <c>24:00</c> is midnight.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">It is no time of day.</exception>
    public static TimeOnly ParseTime(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text is "24:00" or "24:00:00")
            return TimeOnly.MinValue;
        return TimeOnly.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new FormatException("must be a time of day such as 08:00 or 17:30:00");
    }

    /// <summary>Checks what holds for every schedule.</summary>
    /// <exception cref="ArgumentNullException">The schedule is null.</exception>
    /// <exception cref="ArgumentException">It has too many rows, or one that is null.</exception>
    internal static void Check(IReadOnlyList<ScheduleRow> schedule, string member)
    {
        ArgumentNullException.ThrowIfNull(schedule, member);
        if (schedule.Count > WeeklyHours.MaxRows)
            throw new ArgumentException($"{member} has {schedule.Count} rows; at most {WeeklyHours.MaxRows} are allowed.", member);
        if (schedule.Contains(null!))
            throw new ArgumentException($"{member} has a row that is null.", member);
    }

    private static IReadOnlyList<DayOfWeek> CheckDays(IReadOnlyList<DayOfWeek> days)
    {
        ArgumentNullException.ThrowIfNull(days, nameof(Days));
        foreach (var day in days)
        {
            if (!Enum.IsDefined(day))
                throw new ArgumentOutOfRangeException(nameof(Days), day, $"Days must be of {string.Join(", ", Enum.GetNames<DayOfWeek>())}.");
        }
        return ValueCollections.Copy([.. days.Distinct().OrderBy(FromMonday)], nameof(Days));
    }

    private static int FromMonday(DayOfWeek day) => ((int)day + 6) % 7;

    private static TimeOnly CheckTime(TimeOnly time, string member) => time.Ticks % TimeSpan.TicksPerSecond == 0
        ? time
        : throw new ArgumentOutOfRangeException(member, time, $"{member} must be in whole seconds.");
}
