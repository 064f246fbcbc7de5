using BudgetFirewall.Conformance;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>A clock that counts how often a process that delivers has looked for what is due and begun to wait, so that a test moves it no faster than the process keeps up.</summary>
public sealed class WatchedClock(ManualTimeProvider inner, TimeSpan pollEvery) : TimeProvider
{
    private int _polls;
    private int _waiting;

    public int Polls => Volatile.Read(ref _polls);

    /// <summary>The number of processes that wait to look again.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != pollEvery)
            return inner.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _waiting);
        var timer = new Poll(this);
        timer.Inner = inner.CreateTimer(
            fired =>
            {
                timer.End();
                callback(fired);
            },
            state,
            dueTime,
            period);
        Interlocked.Increment(ref _polls);
        return timer;
    }

    private sealed class Poll(WatchedClock clock) : ITimer
    {
        private int _hasEnded;

        public ITimer Inner { get; set; } = null!;

        public void End()
        {
            if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
                Interlocked.Decrement(ref clock._waiting);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner.Change(dueTime, period);

        public void Dispose()
        {
            End();
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
