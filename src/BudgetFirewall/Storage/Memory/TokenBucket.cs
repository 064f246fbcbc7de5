namespace BudgetFirewall.Storage;

/// <summary>One token bucket.</summary>
internal sealed class TokenBucket(in LimitStateKey key, long order, TokenBucketRule rule) : RateLimiter(key, order)
{
    private TokenBucketRule _rule = rule;
    private TokenBucketLevel _level = rule.Full;
    private TokenBucketLevel _present = rule.Full;
    private long _atMicroseconds;

    /// <summary>True when the bucket is full by the limit that it was last used under.</summary>
    public override bool IsOver(long nowTicks) => LevelAt(_rule, nowTicks / TimeSpan.TicksPerMicrosecond) == _rule.Full;

    // The stored level is not changed, because another limit on the same bucket may have more capacity.
    public override void Look(LimitRule rule, in StoreTime time) => _present = LevelAt((TokenBucketRule)rule, time.Microseconds);

    public override Judgement Judge(LimitRule rule, long need) => ((TokenBucketRule)rule).Judge(_present, need);

    public override void Take(LimitRule rule, long take, in StoreTime time)
    {
        if (take == 0)
            return;
        IsNew = false;
        _rule = (TokenBucketRule)rule;
        _level = _present = _present.Take(take, _rule.CapacityMicros);
        // A clock that is set back must not let the same time refill twice.
        _atMicroseconds = Math.Max(_atMicroseconds, time.Microseconds);
    }

    public override LimitReading Read(LimitRule rule) => _present.ToReading();

    private TokenBucketLevel LevelAt(TokenBucketRule rule, long nowMicroseconds)
    {
        var elapsed = nowMicroseconds - _atMicroseconds;
        var level = _level.Refill(elapsed, rule.CapacityMicros, rule.RefillMicrosPerSecond);
        var ahead = elapsed < 0 ? -elapsed : 0;
        return level.AheadMicroseconds == ahead ? level : level with { AheadMicroseconds = ahead };
    }
}
