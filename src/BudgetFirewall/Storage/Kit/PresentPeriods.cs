namespace BudgetFirewall.Storage;

/// <summary>
/// The present periods of the usual calendars, good for the rest of the hour that they were made in. Periods of other calendars are asked for at each call.
/// Immutable and thread-safe.
/// </summary>
public sealed class PresentPeriods
{
    private readonly PeriodWindow[] _windows;
    private readonly long[] _endsMs;
    private readonly PeriodWindow _hour;

    /// <summary>The periods that a moment lies in.</summary>
    /// <param name="now">The moment, by the store's clock; only its UTC time counts.</param>
    public PresentPeriods(DateTimeOffset now)
    {
        _windows = [.. PeriodCalendar.Usual.Select(calendar => calendar.At(now))];
        _endsMs = Array.ConvertAll(_windows, EndMs);
        _hour = PeriodWindow.At(BudgetPeriod.Hour, now);
        StartOf = (calendar, moment) => At(calendar, moment).Start;
    }

    /// <summary>The start, UTC, of the period of a calendar that a moment within the hour lies in.</summary>
    public Func<PeriodCalendar, DateTimeOffset, DateTime> StartOf { get; }

    /// <summary>The first moment, in ms since 1970, of which these are the present periods.</summary>
    public long FromMs => ToMs(_hour.Start);

    /// <summary>The first moment, in ms since 1970, of which these are no longer the present periods.</summary>
    public long UntilMs => EndMs(_hour);

    /// <summary>The period of a calendar that a moment lies in.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="now">The moment, within the hour that these periods are good for.</param>
    public PeriodWindow At(PeriodCalendar calendar, DateTimeOffset now)
    {
        var index = calendar.UsualIndex;
        return index >= 0 ? _windows[index] : calendar.At(now);
    }

    /// <summary>True when a moment, in UTC ticks, lies in the hour that these periods are good for.</summary>
    /// <param name="nowTicks">The moment.</param>
    public bool Covers(long nowTicks) => nowTicks >= _hour.Start.Ticks && nowTicks < _hour.End.Ticks;

    /// <summary>The end, in ms since 1970, of the period of a calendar that a moment lies in; 0 when it has none.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="now">The moment, within the hour that these periods are good for.</param>
    public long EndMs(PeriodCalendar calendar, DateTimeOffset now)
    {
        var index = calendar.UsualIndex;
        return index >= 0 ? _endsMs[index] : EndMs(calendar.At(now));
    }

    /// <summary>The time, in ms since 1970, until which a budget's counter of the present period is kept; 0: always. It is mostly the end of the period.</summary>
    /// <param name="rule">The budget.</param>
    /// <param name="now">The moment, within the hour that these periods are good for.</param>
    public long KeptUntilMs(CounterRule rule, DateTimeOffset now) =>
        rule.OutlivesPeriod ? EndMs(rule.KeptUntil(At(rule.Family.Calendar, now))) : EndMs(rule.Family.Calendar, now);

    /// <summary>The time, in ms since 1970, until which the counter is kept that an amount is held in; 0: always. It is mostly the end of the period.</summary>
    /// <param name="held">The counter and the amount held in it.</param>
    public long KeptUntilMs(HeldCounter held)
    {
        var index = held.Rule.Family.Calendar.UsualIndex;
        return !held.Rule.OutlivesPeriod && index >= 0 && _windows[index].Start == held.PeriodStart ? _endsMs[index] : EndMs(held.Rule.KeptUntil(held.Period));
    }

    private static long EndMs(PeriodWindow window) => EndMs(window.End);

    private static long EndMs(DateTime end) => end != DateTime.MaxValue ? ToMs(end) : 0;

    private static long ToMs(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
