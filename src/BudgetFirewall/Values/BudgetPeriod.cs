using System.Globalization;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>
/// The span a budget is counted over: of the calendar, of any length, one span alone, or none. Compares by content; immutable and thread-safe.
/// </summary>
/// <remarks>
/// As text <c>day</c> and so on; <c>00:30:00</c> for half hours, and <c>3.00:00:00@2026-01-05T00:00:00Z</c> for three days at a time from a moment on,
/// and <c>2026-03-01T00:00:00Z/2026-04-01T00:00:00Z</c> for one span.
/// The time zone of a period is <see cref="Budget.TimeZone"/>, UTC unless given, whatever the time zone of the host.
/// </remarks>
/// <example><code>
/// var month = new Budget { Scope = BudgetScope.Global, Limit = 500m, Period = BudgetPeriod.Month };
/// var halfHour = new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Period = BudgetPeriod.Every(TimeSpan.FromMinutes(30)) };
/// </code></example>
[JsonConverter(typeof(BudgetPeriodJsonConverter))]
public sealed record BudgetPeriod
{
    private const char AnchorMark = '@';
    private const char SpanMark = '/';
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    private readonly string _text;

    private BudgetPeriod(string text, PeriodKind kind, WindowSpacing? spacing) => (_text, Kind, Spacing) = (text, kind, spacing);

    /// <summary>From the full hour to the next.</summary>
    public static BudgetPeriod Hour { get; } = new("hour", PeriodKind.Hour, new EvenSpacing(TimeSpan.TicksPerHour));

    /// <summary>From midnight to the next.</summary>
    public static BudgetPeriod Day { get; } = new("day", PeriodKind.Day, new EvenSpacing(TimeSpan.TicksPerDay));

    /// <summary>The ISO 8601 week, from Monday midnight.</summary>
    public static BudgetPeriod Week { get; } = new("week", PeriodKind.Week, new EvenSpacing(7 * TimeSpan.TicksPerDay));

    /// <summary>The calendar month.</summary>
    public static BudgetPeriod Month { get; } = new("month", PeriodKind.Month, new MonthSpacing(1));

    /// <summary>The calendar quarter, from January, April, July or October.</summary>
    public static BudgetPeriod Quarter { get; } = new("quarter", PeriodKind.Quarter, new MonthSpacing(3));

    /// <summary>The calendar year.</summary>
    public static BudgetPeriod Year { get; } = new("year", PeriodKind.Year, new MonthSpacing(12));

    /// <summary>Counted until reset by hand.</summary>
    public static BudgetPeriod None { get; } = new("none", PeriodKind.None, spacing: null);

    /// <summary>The length of a period that was made by <see cref="Every(TimeSpan, DateTimeOffset)"/> or <see cref="Every(TimeSpan)"/>; null for others.</summary>
    public TimeSpan? Length { get; private init; }

    /// <summary>The moment, UTC, at which one of the periods of <see cref="Length"/> begins; null when they go by the clock, and for other periods.</summary>
    public DateTimeOffset? Anchor { get; private init; }

    /// <summary>The first moment, UTC, of the one span that was made by <see cref="Once"/>; null for other periods.</summary>
    public DateTimeOffset? From { get; private init; }

    /// <summary>The first moment, UTC, after the one span that was made by <see cref="Once"/>; null for other periods.</summary>
    public DateTimeOffset? Until { get; private init; }

    internal static IReadOnlyList<BudgetPeriod> OfCalendar { get; } = [Hour, Day, Week, Month, Quarter, Year, None];

    internal PeriodKind Kind { get; }

    /// <summary>The division of time into periods; null where there is but one.</summary>
    internal WindowSpacing? Spacing { get; }

    /// <summary>The one span; null for other periods.</summary>
    internal PeriodWindow? Span => From is { } from && Until is { } until ? new(from.UtcDateTime, until.UtcDateTime) : null;

    /// <summary>True when the clock of a time zone can show where the period begins.</summary>
    internal bool GoesByClock => Spacing is not null && Anchor is null;

    /// <summary>
    /// Periods of any length that follow one another. They begin where the clock shows a multiple of the length since midnight of Monday, 1 January of the year 1:
    /// half hours at the full and the half hour, seven days on Monday.
    /// </summary>
    /// <param name="length">The length: a minute to 3,660 days in whole seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside the range or not in whole seconds.</exception>
    public static BudgetPeriod Every(TimeSpan length) =>
        new(Text(Checked(length)), PeriodKind.Every, new EvenSpacing(length.Ticks)) { Length = length };

    /// <summary>Periods of any length that follow one another, before and after a moment at which one of them begins.</summary>
    /// <param name="length">The length: a minute to 3,660 days in whole seconds. It is elapsed time, whatever clocks show.</param>
    /// <param name="anchor">The moment, in whole seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside the range, or a value is not in whole seconds.</exception>
    public static BudgetPeriod Every(TimeSpan length, DateTimeOffset anchor)
    {
        var utc = Checked(anchor, nameof(anchor));
        return new($"{Text(Checked(length))}{AnchorMark}{Text(utc)}", PeriodKind.Every, new EvenSpacing(length.Ticks, utc.UtcTicks)) { Length = length, Anchor = utc };
    }

    /// <summary>One span of time. Before and after it a budget concerns no request.</summary>
    /// <param name="from">The first moment, in whole seconds.</param>
    /// <param name="until">The first moment after it, in whole seconds, at least a minute later.</param>
    /// <exception cref="ArgumentOutOfRangeException">A moment is not in whole seconds, or the span is shorter than a minute.</exception>
    public static BudgetPeriod Once(DateTimeOffset from, DateTimeOffset until)
    {
        var (start, end) = (Checked(from, nameof(from)), Checked(until, nameof(until)));
        if (end - start < TimeSpan.FromMinutes(1))
            throw new ArgumentOutOfRangeException(nameof(until), until, "until must be at least a minute after from.");
        return new($"{Text(start)}{SpanMark}{Text(end)}", PeriodKind.Once, spacing: null) { From = start, Until = end };
    }

    /// <summary>Reads the text form. Names may be in capital or small letters.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">It is no period, or one of a length that is not allowed.</exception>
    public static BudgetPeriod Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        foreach (var period in OfCalendar)
        {
            if (string.Equals(trimmed, period._text, StringComparison.OrdinalIgnoreCase))
                return period;
        }
        try
        {
            return trimmed.Split(AnchorMark, SpanMark) switch
            {
                [var length] => Every(ConfiguredValue.TimeSpan(length)),
                [var from, var until] when trimmed.Contains(SpanMark, StringComparison.Ordinal) => Once(Time(from), Time(until)),
                [var length, var anchor] => Every(ConfiguredValue.TimeSpan(length), Time(anchor)),
                _ => throw Unreadable(),
            };
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException("must be a length of a minute to 3,660 days, or a span of a minute or more, with all moments in whole seconds", e);
        }
        catch (FormatException)
        {
            throw Unreadable();
        }
    }

    /// <summary>The text form, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(BudgetPeriod? other) => ReferenceEquals(this, other) || (other is not null && _text == other._text);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private static TimeSpan Checked(TimeSpan length) =>
        length >= TimeSpan.FromMinutes(1) && length <= TimeSpan.FromDays(3_660) && length.Ticks % TimeSpan.TicksPerSecond == 0
            ? length
            : throw new ArgumentOutOfRangeException(nameof(length), length, "length must be a minute to 3,660 days in whole seconds.");

    private static DateTimeOffset Checked(DateTimeOffset moment, string name) => moment.UtcTicks % TimeSpan.TicksPerSecond == 0
        ? moment.ToUniversalTime()
        : throw new ArgumentOutOfRangeException(name, moment, $"{name} must be in whole seconds.");

    private static string Text(TimeSpan length) => length.ToString("c", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset moment) => moment.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) =>
        // Without an offset the moment would be another one on each host.
        (text.EndsWith('Z') || text.AsSpan().LastIndexOfAny('+', '-') > text.IndexOf('T', StringComparison.Ordinal))
        && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment
            : throw Unreadable();

    private static FormatException Unreadable() => new(
        $"must be {string.Join(", ", OfCalendar)}, a length such as 00:30:00 or 3.00:00:00@2026-01-05T00:00:00Z, or one span such as 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z");
}
