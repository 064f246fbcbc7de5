namespace BudgetFirewall.Storage;

/// <summary>The hours that the clock of a time zone shows, and the same hour of other weeks. Thread-safe.</summary>
internal sealed class HourCalendar
{
    private const int DaysOfWeek = 7;
    private const int HoursOfDay = 24;

    private readonly PeriodCalendar _hours;
    private readonly TimeZoneInfo _zone;

    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public HourCalendar(string timeZone)
    {
        _hours = PeriodCalendar.Of(BudgetPeriod.Hour, timeZone);
        _zone = _hours.IsInUtc ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(_hours.TimeZone);
    }

    /// <summary>The hour that a time lies in.</summary>
    public HourSpan At(DateTimeOffset time)
    {
        var window = _hours.At(time);
        return new(LedgerTime.Quarter(LedgerTime.Microseconds(new(window.Start, TimeSpan.Zero))), LedgerTime.Quarter(LedgerTime.Microseconds(new(window.End, TimeSpan.Zero))));
    }

    /// <summary>The same hour of the same day, some weeks before, as clocks have shown it; null where they have skipped it. An hour that clocks have shown twice is one span of two hours.</summary>
    public HourSpan? WeeksBefore(HourSpan hour, int weeks)
    {
        var shown = TimeZoneInfo.ConvertTime(hour.StartsAt, _zone).DateTime.AddDays(-DaysOfWeek * weeks);
        return _zone.IsInvalidTime(shown) ? null : At(new(shown, _zone.GetUtcOffset(shown)));
    }

    /// <summary>The 24 hours before one, the latest first.</summary>
    public IReadOnlyList<HourSpan> DayBefore(HourSpan hour)
    {
        var hours = new List<HourSpan>(HoursOfDay);
        for (var next = hour; hours.Count < HoursOfDay; hours.Add(next))
            next = At(next.StartsAt.AddTicks(-1));
        return hours;
    }
}
