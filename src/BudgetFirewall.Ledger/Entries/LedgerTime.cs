namespace BudgetFirewall;

/// <summary>Times as a ledger keeps them: whole microseconds since 1970.</summary>
internal static class LedgerTime
{
    public const long MicrosecondsPerQuarter = 900_000_000;

    // That of one without periods, which begins before all others.
    private const long NoPeriod = long.MinValue;

    private const long Always = long.MaxValue;

    private static readonly DateTime NoStart = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);

    private const long MicrosecondsPerLeapYear = 366L * 86_400_000_000;

    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        time >= DateTimeOffset.UnixEpoch ? FromMicroseconds(Microseconds(time)) : throw new ArgumentOutOfRangeException(nameof(time), time, "A ledger has entries from 1970.");

    public static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static long OfPeriod(DateTimeOffset? start) => start is { } time ? Microseconds(time) : NoPeriod;

    public static DateTimeOffset? PeriodOf(long microseconds) => microseconds == NoPeriod ? null : FromMicroseconds(microseconds);

    /// <summary>The start of a period that a store gives, where the minimum stands for a counter without periods; null for that.</summary>
    public static DateTimeOffset? PeriodOf(DateTime start) => start == NoStart ? null : new DateTimeOffset(start, TimeSpan.Zero);

    /// <summary>The start of a period as stores have it: the minimum for a counter without periods.</summary>
    public static DateTime StartOf(DateTimeOffset? period) => period?.UtcDateTime ?? NoStart;

    /// <summary>The time until which a counter is needed, as it is kept. Of one that does not say it, no period is longer than a leap year.</summary>
    public static long OfEnd(LedgerCounter counter) => (counter.KeptUntil, counter.PeriodStart) switch
    {
        ({ } end, _) => Microseconds(end),
        (null, { } start) => Microseconds(start) + MicrosecondsPerLeapYear,
        (null, null) => Always,
    };

    public static DateTimeOffset? EndOf(long microseconds) => microseconds == Always ? null : FromMicroseconds(microseconds);

    /// <summary>The quarter of an hour, counted from 1970, that a time lies in.</summary>
    public static long Quarter(long microseconds) => microseconds / MicrosecondsPerQuarter;

    public static DateTimeOffset StartOfQuarter(long quarter) => FromMicroseconds(quarter * MicrosecondsPerQuarter);
}
