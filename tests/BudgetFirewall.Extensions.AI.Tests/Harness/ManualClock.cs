namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A clock that moves when it is told to; its timers fire on the thread that moves it. Several clocks of one may show different times of day.</summary>
internal sealed class ManualClock(ManualClock? source = null, TimeSpan skew = default) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => source is null ? _now : source.GetUtcNow() + skew;

    public override long GetTimestamp() => source?.GetTimestamp() ?? _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (source is not null)
            return source.CreateTimer(callback, state, dueTime, period);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves second by second, so that what a timer sets off sets the next timer in time.</summary>
    public void Advance(TimeSpan time)
    {
        for (var end = _now + time; _now < end;)
        {
            _now += end - _now < TimeSpan.FromSeconds(1) ? end - _now : TimeSpan.FromSeconds(1);
            ManualTimer[] due;
            lock (_lock)
                due = [.. _timers.Where(timer => timer.DueAt <= _now)];
            Fire(due);
        }
    }

    // Without the context of the test, in which what waits for a timer would be queued instead of run.
    private static void Fire(ManualTimer[] due)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        foreach (var timer in due)
            timer.Fire();
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                DueAt = clock._now + dueTime;
                clock._timers.Add(this);
            }
            return true;
        }

        public void Fire()
        {
            Dispose();
            callback(state);
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
