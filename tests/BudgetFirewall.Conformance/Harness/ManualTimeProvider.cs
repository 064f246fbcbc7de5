using System.Diagnostics;

namespace BudgetFirewall.Conformance;

/// <summary>A clock that stands still until it is moved, forwards or backwards; its timers fire when it is moved past them.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start, TimeZoneInfo? localTimeZone = null) : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private long _utcTicks = start.UtcTicks;
    private long _elapsedTicks;

    public override TimeZoneInfo LocalTimeZone { get; } = localTimeZone ?? TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _utcTicks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _elapsedTicks);

    public void Advance(TimeSpan time) => MoveTo(GetUtcNow() + time);

    /// <summary>
    /// Moves the clock, and waits until those whom it wakes wait again: what they do takes no time by this clock, however busy the machine is. Somebody who does not wait again is not waited for any longer after 2 seconds.
    /// </summary>
    /// <param name="time">The time that passes.</param>
    /// <param name="isEnough">True once nobody needs to be waited for any more.</param>
    public Task PassAsync(TimeSpan time, Func<bool>? isEnough = null) => PassAsync(time, () => Task.FromResult(isEnough?.Invoke() == true));

    /// <summary>The same, for what takes a while to find out.</summary>
    public async Task PassAsync(TimeSpan time, Func<Task<bool>> isEnough)
    {
        int before;
        bool wakes;
        lock (_lock)
        {
            before = _timers.Count;
            wakes = _timers.Exists(timer => timer.IsOnce && timer.DueTicks <= _elapsedTicks + time.Ticks);
        }
        Advance(time);
        for (var watch = Stopwatch.StartNew(); wakes && !await isEnough() && watch.Elapsed < Patience; await Task.Delay(1))
        {
            lock (_lock)
                wakes = _timers.Count < before;
        }
    }

    /// <summary>Sets the time of day as somebody who sets a clock does: no time passes, for timers and timestamps.</summary>
    public void SetTo(DateTimeOffset moment)
    {
        lock (_lock)
            Volatile.Write(ref _utcTicks, moment.UtcTicks);
    }

    /// <summary>Moves the time of day. Timers and timestamps only know time that passes, so moving backwards does not touch them.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            var passed = moment.UtcTicks - _utcTicks;
            Volatile.Write(ref _utcTicks, moment.UtcTicks);
            Volatile.Write(ref _elapsedTicks, _elapsedTicks + Math.Max(passed, 0));
            due = [.. _timers.Where(timer => timer.DueTicks <= _elapsedTicks).OrderBy(timer => timer.DueTicks)];
            foreach (var timer in due)
                timer.Reschedule(_elapsedTicks);
        }
        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private long _periodTicks;

        public long DueTicks { get; private set; }

        public bool IsOnce => _periodTicks == 0;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool isDue;
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                _periodTicks = Math.Max(period.Ticks, 0);
                isDue = dueTime == TimeSpan.Zero;
                DueTicks = dueTime < TimeSpan.Zero ? long.MaxValue : clock._elapsedTicks + (isDue ? _periodTicks : dueTime.Ticks);
                if (dueTime > TimeSpan.Zero || (isDue && _periodTicks > 0))
                    clock._timers.Add(this);
            }
            if (isDue)
                Fire();
            return true;
        }

        // A period that was moved over many times fires once: a jump of a year is not thirty million ticks of a second.
        public void Reschedule(long elapsedTicks)
        {
            if (_periodTicks == 0)
                clock._timers.Remove(this);
            else
                DueTicks = elapsedTicks + _periodTicks;
        }

        public void Fire() => callback(state);

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
