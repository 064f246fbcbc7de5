namespace BudgetFirewall.Tests;

/// <summary>A clock that tells what its timers are set to: those that are set again and again, and not the ones that end a single wait.</summary>
internal sealed class TimerWatch(TimeProvider inner) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly Dictionary<WatchedTimer, TimeSpan> _dues = [];
    private int _changes;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>The number of times that a timer was set.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>The times that timers were set to which have not fired since.</summary>
    public IReadOnlyList<TimeSpan> Dues
    {
        get
        {
            lock (_lock)
                return [.. _dues.Values];
        }
    }

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this);
        timer.Inner = inner.CreateTimer(fired =>
        {
            lock (_lock)
                _dues.Remove(timer);
            callback(fired);
        }, state, dueTime, period);
        return timer;
    }

    private sealed class WatchedTimer(TimerWatch clock) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._dues[this] = dueTime;
                clock._changes++;
            }
            return Inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._dues.Remove(this);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
