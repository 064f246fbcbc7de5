namespace BudgetFirewall;

/// <summary>Finds which row of a schedule is in force at a moment.</summary>
internal sealed class WeeklyHours
{
    /// <summary>The most rows of one schedule.</summary>
    public const int MaxRows = 32;

    // Clocks are changed where this begins anew, so that in between a clock shows times that follow one another.
    private static readonly long SteadyTicks = TimeSpan.FromMinutes(15).Ticks;

    private readonly ScheduleRow[] _rows;
    private readonly TimeZoneInfo[] _zones;
    private Known? _last;

    public WeeklyHours(IReadOnlyList<ScheduleRow> rows)
    {
        _rows = [.. rows];
        _zones = Array.ConvertAll(_rows, row => TimeZones.Find(row.TimeZone));
    }

    /// <summary>The index of the first row in force; below 0 when none is.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="valid">A span around the moment in which the answer is the same; not always the longest one.</param>
    public int RowAt(DateTimeOffset now, out PeriodWindow valid)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || !last.Valid.Contains(now))
            Volatile.Write(ref _last, last = Look(now.UtcTicks));
        valid = last.Valid;
        return last.Row;
    }

    private Known Look(long utcTicks)
    {
        var start = utcTicks - (utcTicks % SteadyTicks);
        var (from, until) = (start, Math.Min(start + SteadyTicks, DateTime.MaxValue.Ticks));
        var found = -1;
        for (var i = 0; i < _rows.Length; i++)
        {
            var local = utcTicks + _zones[i].GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks;
            if (found < 0 && IsInForce(_rows[i], local))
                found = i;
            Narrow(utcTicks, local, _rows[i].From, ref from, ref until);
            Narrow(utcTicks, local, _rows[i].Until, ref from, ref until);
            Narrow(utcTicks, local, TimeOnly.MinValue, ref from, ref until);
        }
        return new(found, new(new(from, DateTimeKind.Utc), new(until, DateTimeKind.Utc)));
    }

    private static bool IsInForce(ScheduleRow row, long localTicks)
    {
        var local = new DateTime(Math.Clamp(localTicks, 0, DateTime.MaxValue.Ticks));
        var time = TimeOnly.FromDateTime(local);
        if (row.From < row.Until)
            return time >= row.From && time < row.Until && Has(row, local.DayOfWeek);
        return time >= row.From ? Has(row, local.DayOfWeek) : time < row.Until && Has(row, (DayOfWeek)(((int)local.DayOfWeek + 6) % 7));
    }

    private static bool Has(ScheduleRow row, DayOfWeek day) => row.Days.Count == 0 || row.Days.Contains(day);

    /// <summary>Ends the span where the clock shows a time of day, before and after the moment.</summary>
    private static void Narrow(long utcTicks, long localTicks, TimeOnly time, ref long from, ref long until)
    {
        var since = (localTicks - time.Ticks) % TimeSpan.TicksPerDay;
        if (since < 0)
            since += TimeSpan.TicksPerDay;
        from = Math.Max(from, utcTicks - since);
        until = Math.Min(until, utcTicks - since + TimeSpan.TicksPerDay);
    }

    private sealed record Known(int Row, PeriodWindow Valid);
}
