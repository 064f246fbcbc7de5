namespace BudgetFirewall.Storage;

/// <summary>The periods of every kind at one moment, good for the rest of its hour.</summary>
internal sealed class PeriodTable
{
    private readonly PeriodWindow[] _windows;
    private readonly long _startTicks;
    private readonly long _endTicks;

    public PeriodTable(DateTimeOffset now)
    {
        _windows = [.. Enum.GetValues<BudgetPeriod>().Select(period => PeriodWindow.At(period, now))];
        var hour = _windows[(int)BudgetPeriod.Hour];
        (_startTicks, _endTicks) = (hour.Start.Ticks, hour.End.Ticks);
        StartOf = period => _windows[(int)period].Start;
    }

    /// <summary>When a period began.</summary>
    public Func<BudgetPeriod, DateTime> StartOf { get; }

    public ref readonly PeriodWindow this[BudgetPeriod period] => ref _windows[(int)period];

    public bool Covers(long nowTicks) => nowTicks >= _startTicks && nowTicks < _endTicks;
}
