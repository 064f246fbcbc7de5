namespace BudgetFirewall;

/// <summary>
/// The windows that the clock of a time zone shows. A window is an unbroken span in which the clock's time lies in the same division: it is shorter or longer than
/// usual where the clock is put forward or back within it, a division that the clock skips is no window, and one that the clock leaves and is put back to is two.
/// </summary>
/// <remarks>The windows must be the same whichever of their moments is asked for: processes that see a window begin at different times count it under different keys.</remarks>
internal sealed class ZonedWindows(TimeZoneInfo timeZone, WindowSpacing spacing)
{
    // No clock is changed twice in less. The looks are at multiples of it, so that all moments agree on where a change is.
    private static readonly long LookTicks = TimeSpan.FromMinutes(15).Ticks;

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
        var index = spacing.IndexAt(utcTicks + SteadyAt(utcTicks).Offset);
        var (start, end) = (spacing.StartOf(index), spacing.StartOf(index + 1));
        var isWide = end - start > 2 * NearBorderTicks;
        var first = FirstOf(index, isWide ? Math.Min(utcTicks, start + NearBorderTicks) : utcTicks);
        return new(new(first, DateTimeKind.Utc), new(EndOf(index, isWide ? Math.Max(utcTicks, end - NearBorderTicks) : utcTicks), DateTimeKind.Utc));
    }

    /// <summary>The first tick of a window, looked for from one of its ticks on.</summary>
    private long FirstOf(long index, long ticks)
    {
        while (true)
        {
            var steady = SteadyAt(ticks);
            if (spacing.IndexAt(ticks + steady.Offset) != index)
                return ticks + 1;
            var border = spacing.StartOf(index) - steady.Offset;
            if (border > steady.From && border <= ticks)
                return border;
            if (steady.From <= 0)
                return 0;
            ticks = steady.From - 1;
        }
    }

    /// <summary>The first tick behind a window, looked for from one of its ticks on.</summary>
    private long EndOf(long index, long ticks)
    {
        while (true)
        {
            var steady = SteadyAt(ticks);
            if (spacing.IndexAt(ticks + steady.Offset) != index)
                return ticks;
            var border = spacing.StartOf(index + 1) - steady.Offset;
            if (border > ticks && border < steady.Until)
                return border;
            if (steady.Until >= DateTime.MaxValue.Ticks)
                return DateTime.MaxValue.Ticks;
            ticks = steady.Until;
        }
    }

    /// <summary>The part of the quarter of an hour around a time in which the clock is not changed.</summary>
    private Steady SteadyAt(long utcTicks)
    {
        var from = utcTicks - (utcTicks % LookTicks);
        var until = Math.Min(from + LookTicks, DateTime.MaxValue.Ticks);
        var (before, after) = (OffsetAt(from), OffsetAt(until));
        if (before == after)
            return new(from, until, before);
        var change = ChangeBetween(from, until, before);
        return utcTicks < change ? new(from, change, before) : new(change, until, after);
    }

    /// <summary>The first tick at which the clock is changed, between one before the change and one that is not.</summary>
    private long ChangeBetween(long before, long after, long offset)
    {
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            (before, after) = OffsetAt(middle) == offset ? (middle, after) : (before, middle);
        }
        return after;
    }

    private long OffsetAt(long utcTicks) => timeZone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks;

    private sealed record Known(PeriodWindow Window);

    private readonly record struct Steady(long From, long Until, long Offset);
}
