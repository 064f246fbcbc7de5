using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The span of the server's clock in which a call's keys and values are right. Outside of it the script answers with the server's time, and the call is made again.
/// </summary>
internal readonly record struct CallWindow(long FromMs, long UntilMs)
{
    /// <summary>The window of a call: the hour of the usual periods, narrowed by its validity, its other periods and the rate limits whose values change with time.</summary>
    public static CallWindow Of(ReadOnlySpan<LimitDemand> limits, PeriodWindow? validity, CallPeriods periods)
    {
        var window = new CallWindow(periods.FromMs, periods.UntilMs);
        if (validity is { } given)
            window = window.NarrowedTo(given);
        foreach (ref readonly var demand in limits)
        {
            if (demand.Rule is CounterRule counter)
                window = Of(counter.Family.Calendar, window, periods);
            else if (demand.Rule is RateLimitRule { ChangesWithTime: true } rateLimit && rateLimit.ValidityAt(periods.Now) is { } valid)
                window = window.NarrowedTo(valid);
        }
        return window;
    }

    /// <summary>The window of a call on one counter. The counter of one span has the same key at any time, also outside of it.</summary>
    public static CallWindow Of(PeriodCalendar calendar, CallPeriods periods)
    {
        var window = new CallWindow(periods.FromMs, periods.UntilMs);
        return calendar.Recurs ? Of(calendar, window, periods) : window;
    }

    private static CallWindow Of(PeriodCalendar calendar, CallWindow window, CallPeriods periods) =>
        calendar.UsualIndex >= 0 ? window : window.NarrowedTo(periods.At(calendar));

    private CallWindow NarrowedTo(PeriodWindow valid) => new(Math.Max(FromMs, Math.Max(ToMs(valid.Start), 0)), Math.Min(UntilMs, ToMs(valid.End)));

    private static long ToMs(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
