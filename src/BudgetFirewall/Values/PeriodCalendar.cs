using System.Collections.Concurrent;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>
/// The periods that follow one another in a time zone. It knows which of them a moment lies in, and their names: those who count ask it and need not know the
/// kind of period. Immutable and thread-safe.
/// </summary>
public sealed class PeriodCalendar
{
    private const int MaxEnds = 256;

    private readonly ZonedWindows? _zoned;
    private KeyEnding? _last;
    private Past? _before;
    private ConcurrentDictionary<(DateTime Start, int Count), DateTime>? _ends;

    private PeriodCalendar(BudgetPeriod period, string timeZone, ZonedWindows? zoned, int usualIndex)
    {
        Period = period;
        TimeZone = timeZone;
        Name = NameOf(period, timeZone);
        UsualIndex = usualIndex;
        _zoned = zoned;
    }

    /// <summary>The calendars that nearly all budgets use: those in UTC whose periods begin and end with an hour.</summary>
    public static IReadOnlyList<PeriodCalendar> Usual { get; } =
        [.. BudgetPeriod.OfCalendar.Select((period, index) => new PeriodCalendar(period, TimeZones.Utc, zoned: null, index))];

    /// <summary>The period.</summary>
    public BudgetPeriod Period { get; }

    /// <summary>The time zone, a name of the IANA database.</summary>
    public string TimeZone { get; }

    /// <summary>The calendar as text, equal for equal calendars only: <c>day</c>, <c>day(Europe/Berlin)</c>.</summary>
    public string Name { get; }

    /// <summary>The place among the <see cref="Usual"/> calendars, from 0; below 0 for any other.</summary>
    public int UsualIndex { get; }

    /// <summary>True when the periods go by no clock but UTC's.</summary>
    public bool IsInUtc => _zoned is null;

    /// <summary>True when there is but one period, which has no bounds.</summary>
    public bool IsEndless => Period.Kind == PeriodKind.None;

    /// <summary>True when one period follows another, so that a counter starts from zero at its end.</summary>
    public bool Recurs => Period.Spacing is not null;

    /// <summary>The calendar of a period in a time zone.</summary>
    /// <param name="period">The period.</param>
    /// <param name="timeZone">The time zone's name in the IANA database.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// The system knows no such time zone; or it is not UTC, and the period does not go by a clock: it has an anchor, is one span, or is <see cref="BudgetPeriod.None"/>.
    /// </exception>
    public static PeriodCalendar Of(BudgetPeriod period, string timeZone = TimeZones.Utc)
    {
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(timeZone);
        if (TimeZones.IsUtc(timeZone))
            return Usual.FirstOrDefault(usual => usual.Period == period) ?? new(period, TimeZones.Utc, zoned: null, usualIndex: -1);
        if (!period.GoesByClock)
        {
            throw new ArgumentException(
                $"{nameof(TimeZone)} must be UTC for the period '{period}', which does not go by the clock of a time zone, but is '{DisplayText.Escape(timeZone)}'.",
                nameof(TimeZone));
        }
        return TimeZones.TryFind(timeZone, out var zone)
            ? new(period, timeZone, new(zone, period.Spacing!), usualIndex: -1)
            : throw new ArgumentException($"The system does not know the time zone '{DisplayText.Escape(timeZone)}'.", nameof(timeZone));
    }

    /// <summary>The period that a moment lies in.</summary>
    /// <param name="moment">The moment; only its UTC time counts.</param>
    public PeriodWindow At(DateTimeOffset moment) => _zoned is null ? PeriodWindow.At(Period, moment) : _zoned.At(moment.UtcTicks);

    /// <summary>The end of the keys of a period's counters: text that differs for the periods of one calendar, and is equal for equal periods.</summary>
    /// <param name="start">The start of the period, UTC; the minimum for one without bounds.</param>
    public string KeyEndingOf(DateTime start)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || last.Start != start)
            Volatile.Write(ref _last, last = new(start, EndingOf(start)));
        return last.Text;
    }

    /// <summary>The same for a period of which only the start is known: it does not depend on the calendar.</summary>
    /// <param name="start">The start of the period, UTC; the minimum for one without bounds.</param>
    public static string EndingOf(DateTime start)
    {
        if (start == DateTime.MinValue)
            return ":all";
        // The calendar's name stands before in the key, so that an hour from midnight may end as its day does.
        var format = start.TimeOfDay == TimeSpan.Zero ? "':'yyyyMMdd" : start.Second == 0 ? "':'yyyyMMddHHmm" : "':'yyyyMMddHHmmss";
        return start.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The periods before one, the latest first; fewer where time begins. Those found last are remembered.</summary>
    internal IReadOnlyList<PeriodWindow> Before(PeriodWindow period, int count)
    {
        var last = Volatile.Read(ref _before);
        if (last is null || last.Start != period.Start || last.Count != count)
            Volatile.Write(ref _before, last = new(period.Start, count, FindBefore(period, count)));
        return last.Periods;
    }

    /// <summary>The end of the period that comes so many after another one. The last ones found are remembered: every decision asks, budgets that share a calendar for other numbers.</summary>
    internal DateTime EndAfter(PeriodWindow period, int count)
    {
        var ends = _ends ?? Interlocked.CompareExchange(ref _ends, new(), null) ?? _ends;
        if (ends.TryGetValue((period.Start, count), out var end))
            return end;
        if (ends.Count >= MaxEnds)
            ends.Clear();
        return ends[(period.Start, count)] = FindEndAfter(period, count);
    }

    /// <summary>The name of the calendar of a period in a time zone.</summary>
    internal static string NameOf(BudgetPeriod period, string timeZone) => TimeZones.IsUtc(timeZone) ? period.ToString() : $"{period}({timeZone})";

    /// <inheritdoc/>
    public override string ToString() => Name;

    private PeriodWindow[] FindBefore(PeriodWindow period, int count)
    {
        var before = new List<PeriodWindow>(count);
        while (before.Count < count && period.Start.Ticks > 0)
        {
            period = At(new(period.Start.Ticks - 1, TimeSpan.Zero));
            before.Add(period);
        }
        return [.. before];
    }

    private DateTime FindEndAfter(PeriodWindow period, int count)
    {
        for (var i = 0; i < count && period.IsBounded; i++)
            period = At(new(period.End.Ticks, TimeSpan.Zero));
        return period.End;
    }

    private sealed record Past(DateTime Start, int Count, PeriodWindow[] Periods);

    private sealed record KeyEnding(DateTime Start, string Text);
}
