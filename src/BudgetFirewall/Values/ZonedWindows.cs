namespace BudgetFirewall;

/// <summary>
/// The windows that the clock of a time zone shows. A window is the span in which the clock's time lies in the same division: it is shorter or longer than
/// usual where the clock is put forward or back within it, and a division that the clock skips is no window.
/// </summary>
internal sealed class ZonedWindows(TimeZoneInfo timeZone, WindowSpacing spacing)
{
    // Clocks are changed by multiples of it, so that no window is overlooked between two looks at the clock.
    private static readonly long LongestLookTicks = TimeSpan.FromMinutes(15).Ticks;

    // No clock is farther from UTC or changed by more, so that all of a window that is farther from its borders shows the same division.
    private static readonly long NearBorderTicks = TimeSpan.FromHours(40).Ticks;

    private Known? _last;

    /// <summary>The window that a time lies in.</summary>
    public PeriodWindow At(long utcTicks)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || utcTicks < last.Window.Start.Ticks || utcTicks >= last.Window.End.Ticks)
            Volatile.Write(ref _last, last = new(Find(utcTicks)));
        return last.Window;
    }

    private PeriodWindow Find(long utcTicks)
    {
        var index = IndexAt(utcTicks);
        return new(new(FirstOf(index, utcTicks), DateTimeKind.Utc), new(Border(index, utcTicks, FirstOutside(index, utcTicks, sign: 1)), DateTimeKind.Utc));
    }

    private long FirstOf(long index, long utcTicks)
    {
        var outside = FirstOutside(index, utcTicks, sign: -1);
        return outside <= 0 ? 0 : -Border(index, -utcTicks, -outside) + 1;
    }

    /// <summary>The first look at the clock, in one direction, that shows another window.</summary>
    private long FirstOutside(long index, long utcTicks, int sign)
    {
        var (start, end) = (spacing.StartOf(index), spacing.StartOf(index + 1));
        var width = end - start;
        // A window at the very ends of the calendar may have no width there.
        var step = sign * (width > 0 ? Math.Min(LongestLookTicks, width) : LongestLookTicks);
        var ticks = utcTicks;
        if (width > 2 * NearBorderTicks)
            ticks = sign < 0 ? Math.Min(ticks, start + NearBorderTicks) : Math.Max(ticks, end - NearBorderTicks);
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

    private long IndexAt(long utcTicks) => spacing.IndexAt(utcTicks + timeZone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks);

    private sealed record Known(PeriodWindow Window);
}
