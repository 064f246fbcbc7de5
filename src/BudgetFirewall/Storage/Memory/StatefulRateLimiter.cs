namespace BudgetFirewall.Storage;

/// <summary>A rate limiter that holds the state in the type that its algorithm has chosen.</summary>
internal sealed class StatefulRateLimiter<TMemory>(in LimitStateKey key, long order, TMemory memory) : RateLimiter(key, order) where TMemory : struct, IRateLimitMemory
{
#pragma warning disable IDE0044 // The methods of a struct change it.
    private TMemory _memory = memory;
#pragma warning restore IDE0044

    // Null, as nearly always, while the limit is at its ceiling.
    private AdaptiveMemory? _adaptive;

    public override bool IsOver(long nowTicks) => _memory.IsIdle(nowTicks / TimeSpan.TicksPerMicrosecond) && _adaptive?.IsUnused(nowTicks) != false;

    public override void Look(LimitRule rule, in StoreTime time)
    {
        _adaptive?.Look(rule, time);
        _memory.Look(InForce(rule), time.Microseconds);
    }

    public override void LookBack(LimitRule rule, int scale, in StoreTime time)
    {
        _adaptive?.LookBack(scale);
        _memory.Look(InForce(rule), time.Microseconds);
    }

    public override Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait)
    {
        if (_adaptive is null)
            return _memory.Judge(rule, demand, maxWait);
        var inForce = _adaptive.InForce(rule);
        return _adaptive.Judged(_memory.Judge(inForce, inForce.InScale(demand), maxWait), rule, demand);
    }

    public override void Take(LimitRule rule, long take, in StoreTime time)
    {
        if (take == 0)
            return;
        IsNew = false;
        _memory.Take(InForce(rule), take, time.Microseconds);
        if (_adaptive?.IsOver(rule, time) == true)
            _adaptive = null;
        else
            _adaptive?.Use(rule, time);
    }

    public override void Settle(LimitRule rule, long difference, long takenAtTicks, in StoreTime time)
    {
        if (difference == 0)
            return;
        IsNew = false;
        _memory.Settle(InForce(rule), difference, takenAtTicks / TimeSpan.TicksPerMicrosecond, time.Microseconds);
    }

    public override LimitReading Read(LimitRule rule) => _adaptive is null ? _memory.Read(rule) : _adaptive.Read(_memory.Read(InForce(rule)));

    public override AdaptiveChange Adapt(in RateLimitReport report, in StoreTime time)
    {
        var adaptive = _adaptive ?? new(AdaptiveState.AtCeiling(time.Microseconds));
        var change = adaptive.Adapt(report, time);
        if (change.IsChanged)
            (_adaptive, IsNew) = (adaptive, false);
        return change;
    }

    private LimitRule InForce(LimitRule rule) => _adaptive is null ? rule : _adaptive.InForce(rule);
}
