using BudgetFirewall.Conformance;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>A clock that counts how often a process that delivers has looked for what is due and begun to wait, so that a test moves it no faster than the process keeps up.</summary>
public sealed class WatchedClock(ManualTimeProvider inner, TimeSpan pollEvery) : TimeProvider
{
    private int _polls;

    public int Polls => Volatile.Read(ref _polls);

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = inner.CreateTimer(callback, state, dueTime, period);
        if (dueTime == pollEvery)
            Interlocked.Increment(ref _polls);
        return timer;
    }
}
