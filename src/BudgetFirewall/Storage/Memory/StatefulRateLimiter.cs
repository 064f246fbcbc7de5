namespace BudgetFirewall.Storage;

/// <summary>A rate limiter that holds the state in the type that its algorithm has chosen.</summary>
internal sealed class StatefulRateLimiter<TMemory>(in LimitStateKey key, long order, TMemory memory) : RateLimiter(key, order) where TMemory : struct, IRateLimitMemory
{
#pragma warning disable IDE0044 // The methods of a struct change it.
    private TMemory _memory = memory;
#pragma warning restore IDE0044

    public override bool IsOver(long nowTicks) => _memory.IsIdle(nowTicks / TimeSpan.TicksPerMicrosecond);

    public override void Look(LimitRule rule, in StoreTime time) => _memory.Look(rule, time.Microseconds);

    public override Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait) => _memory.Judge(rule, demand, maxWait);

    public override void Take(LimitRule rule, long take, in StoreTime time)
    {
        if (take == 0)
            return;
        IsNew = false;
        _memory.Take(rule, take, time.Microseconds);
    }

    public override void Settle(LimitRule rule, long difference, long takenAtTicks, in StoreTime time)
    {
        if (difference == 0)
            return;
        IsNew = false;
        _memory.Settle(rule, difference, takenAtTicks / TimeSpan.TicksPerMicrosecond, time.Microseconds);
    }

    public override LimitReading Read(LimitRule rule) => _memory.Read(rule);
}
