namespace BudgetFirewall.Storage;

/// <summary>
/// The clock that decides when entries are forgotten: the time that has really passed, added to the earliest time of day that a changed clock could be set back
/// to.
/// A jump of the time of day forward is followed only after one to two days, so that the periods to which a jump back returns are still there; a jump back is
/// followed at once.
/// </summary>
internal sealed class SteadyClock(TimeProvider timeProvider, long nowTicks)
{
    private readonly Lock _lock = new();
    private readonly long _start = timeProvider.GetTimestamp();
    // The time of day less the time passed: the least difference seen in the present day of observation, and in the day before it.
    private long _leastTicks = nowTicks;
    private long _leastBeforeTicks = long.MaxValue;
    private long _dayBeganTicks;

    /// <summary>The steady time, in UTC ticks; never later than the time of day.</summary>
    /// <param name="timeOfDayTicks">The time of day, in UTC ticks.</param>
    public long Read(long timeOfDayTicks)
    {
        lock (_lock)
        {
            var passedTicks = timeProvider.GetElapsedTime(_start).Ticks;
            var aheadTicks = timeOfDayTicks - passedTicks;
            if (passedTicks - _dayBeganTicks >= TimeSpan.TicksPerDay)
                (_leastBeforeTicks, _leastTicks, _dayBeganTicks) = (_leastTicks, aheadTicks, passedTicks);
            else
                _leastTicks = Math.Min(_leastTicks, aheadTicks);
            return passedTicks + Math.Min(_leastTicks, _leastBeforeTicks);
        }
    }
}
