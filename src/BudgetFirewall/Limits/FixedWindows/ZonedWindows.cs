namespace BudgetFirewall.Storage;

/// <summary>
/// The windows that the clock of a time zone shows. A window is the span in which the clock's time, divided by the window's length, gives the same whole number:
/// it is shorter or longer than its length where the clock is put forward or back within it.
/// </summary>
internal sealed class ZonedWindows(TimeZoneInfo timeZone, long windowTicks)
{
    // Clocks are changed by multiples of it, so that no window is overlooked between two looks at the clock.
    private static readonly long LongestLookTicks = TimeSpan.FromMinutes(15).Ticks;

    private Known? _last;

    /// <summary>The window that a time lies in, with its start and end in UTC ticks.</summary>
    public (long StartTicks, long EndTicks) At(long utcTicks)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || utcTicks < last.StartTicks || utcTicks >= last.EndTicks)
            Volatile.Write(ref _last, last = Find(utcTicks));
        return (last.StartTicks, last.EndTicks);
    }

    private Known Find(long utcTicks)
    {
        var index = IndexAt(utcTicks);
        return new(FirstOf(index, utcTicks), Border(index, utcTicks, FarthestFrom(utcTicks, sign: 1)));
    }

    private long FirstOf(long index, long utcTicks)
    {
        var outside = FarthestFrom(utcTicks, sign: -1);
        return outside <= 0 ? 0 : -Border(index, -utcTicks, -outside) + 1;
    }

    /// <summary>The first look at the clock, in one direction, that shows another window.</summary>
    private long FarthestFrom(long utcTicks, int sign)
    {
        var index = IndexAt(utcTicks);
        var step = sign * Math.Min(LongestLookTicks, windowTicks);
        var ticks = utcTicks;
        do
            ticks += step;
        while (ticks > 0 && ticks < DateTime.MaxValue.Ticks && IndexAt(ticks) == index);
        return Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks);
    }

    /// <summary>The first tick, on the way from a time inside the window to one outside, that is outside. Times before the window are negated, so that the way always goes up.</summary>
    private long Border(long index, long inside, long outside)
    {
        while (outside - inside > 1)
        {
            var middle = inside + ((outside - inside) / 2);
            if (IndexAt(Math.Abs(middle)) == index)
                inside = middle;
            else
                outside = middle;
        }
        return outside;
    }

    private long IndexAt(long utcTicks) =>
        (utcTicks + timeZone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks) / windowTicks;

    private sealed record Known(long StartTicks, long EndTicks);
}
