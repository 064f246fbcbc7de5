namespace BudgetFirewall.Storage;

/// <summary>The present period of every kind, good for the rest of the hour that it was made in. Immutable and thread-safe.</summary>
public sealed class PresentPeriods
{
    private readonly PeriodWindow[] _windows;
    private readonly long[] _endsMs;
    private readonly long _startTicks;
    private readonly long _endTicks;

    /// <summary>The periods that a moment lies in.</summary>
    /// <param name="now">The moment, by the store's clock; only its UTC time counts.</param>
    public PresentPeriods(DateTimeOffset now)
    {
        _windows = Array.ConvertAll(Enum.GetValues<BudgetPeriod>(), period => PeriodWindow.At(period, now));
        _endsMs = Array.ConvertAll(_windows, EndMs);
        var hour = _windows[(int)BudgetPeriod.Hour];
        (_startTicks, _endTicks) = (hour.Start.Ticks, hour.End.Ticks);
        StartOf = period => _windows[(int)period].Start;
    }

    /// <summary>The start of the present period of a kind, UTC.</summary>
    public Func<BudgetPeriod, DateTime> StartOf { get; }

    /// <summary>The first moment, in ms since 1970, of which these are the present periods.</summary>
    public long FromMs => ToMs(_windows[(int)BudgetPeriod.Hour].Start);

    /// <summary>The first moment, in ms since 1970, of which these are no longer the present periods.</summary>
    public long UntilMs => _endsMs[(int)BudgetPeriod.Hour];

    /// <summary>The present period of a kind.</summary>
    /// <param name="period">The kind.</param>
    public ref readonly PeriodWindow this[BudgetPeriod period] => ref _windows[(int)period];

    /// <summary>True when a moment, in UTC ticks, lies in the hour that these periods are good for.</summary>
    /// <param name="nowTicks">The moment.</param>
    public bool Covers(long nowTicks) => nowTicks >= _startTicks && nowTicks < _endTicks;

    /// <summary>The end of the present period of a kind, in ms since 1970; 0 when it has none.</summary>
    /// <param name="period">The kind.</param>
    public long EndMs(BudgetPeriod period) => _endsMs[(int)period];

    /// <summary>The end, in ms since 1970, of the period that an amount is held in; 0 when it has none.</summary>
    /// <param name="held">The counter and the amount held in it.</param>
    public long EndMs(HeldCounter held)
    {
        var period = held.Rule.Family.Period;
        return this[period].Start == held.PeriodStart ? EndMs(period) : EndMs(PeriodWindow.At(period, new DateTimeOffset(held.PeriodStart, TimeSpan.Zero)));
    }

    private static long EndMs(PeriodWindow window) => window.IsBounded ? ToMs(window.End) : 0;

    private static long ToMs(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
