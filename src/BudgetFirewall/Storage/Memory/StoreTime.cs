namespace BudgetFirewall.Storage;

/// <summary>One reading of the clock, in the resolutions that the parts of the store count in.</summary>
internal readonly struct StoreTime(DateTimeOffset now, PresentPeriods periods)
{
    public DateTimeOffset Now { get; } = now;

    public PresentPeriods Periods { get; } = periods;

    /// <summary>The present period of a calendar.</summary>
    public PeriodWindow PeriodOf(PeriodCalendar calendar) => Periods.At(calendar, Now);

    public long Ticks => Now.UtcTicks;

    public long Microseconds => Now.UtcTicks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Whole milliseconds since 1970.</summary>
    public long Milliseconds { get; } = (now.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
