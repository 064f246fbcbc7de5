namespace BudgetFirewall.Storage;

/// <summary>
/// Forgets ended periods, rate limiters of which nothing is used, and operations that are past their time by the steady clock. It sweeps a shard at a time, and all of them once a minute.
/// </summary>
internal sealed class MemorySweep(LimitStateTable states, OperationShard[] operations, MemoryApprovals approvals, SteadyClock clock, long nowTicks)
{
    private const int SweptPerCall = 4_096;

    private long _atTicks = nowTicks + TimeSpan.TicksPerMinute;
    private int _next;

    /// <summary>True when there is something to do.</summary>
    public bool IsDue(long nowTicks)
    {
        // A clock that was set back must not put the sweeping off until it has caught up.
        var untilSweep = Volatile.Read(ref _atTicks) - nowTicks;
        return untilSweep is <= 0 or > 2 * TimeSpan.TicksPerMinute;
    }

    /// <summary>Sweeps whole shards until enough entries were looked at; the next call goes on where this one stops.</summary>
    public void SweepSome(long nowTicks)
    {
        var steadyTicks = clock.Read(nowTicks);
        var swept = 0;
        while (swept < SweptPerCall)
        {
            var index = Interlocked.Increment(ref _next) - 1;
            if (index >= operations.Length)
            {
                approvals.Sweep(new(nowTicks, TimeSpan.Zero));
                Volatile.Write(ref _atTicks, nowTicks + TimeSpan.TicksPerMinute);
                Volatile.Write(ref _next, 0);
                return;
            }
            swept += Sweep(states.Shards[index], operations[index], steadyTicks);
        }
    }

    private static int Sweep(LimitStateShard shard, OperationShard remembered, long steadyTicks)
    {
        var count = shard.Count;
        shard.Sweep(steadyTicks);
        lock (remembered.Lock)
        {
            count += remembered.Count;
            remembered.Sweep(steadyTicks);
        }
        return count;
    }
}
