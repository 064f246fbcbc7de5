namespace BudgetFirewall.Storage;

/// <summary>A token bucket in the memory of one process.</summary>
internal struct TokenBucketMemory(TokenBucketRule rule) : IRateLimitMemory
{
    private TokenBucketRule _rule = rule;
    private TokenBucketLevel _level = rule.Full;
    private TokenBucketLevel _present = rule.Full;
    private long _atMicroseconds;

    // The stored level is not changed, because another limit on the same bucket may have more capacity.
    public void Look(LimitRule rule, long nowMicroseconds) => _present = LevelAt((TokenBucketRule)rule, nowMicroseconds);

    public readonly Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait) => ((TokenBucketRule)rule).Judge(_present, demand.Need);

    public void Take(LimitRule rule, long take, long nowMicroseconds)
    {
        _rule = (TokenBucketRule)rule;
        _level = _present = _present.Take(take, _rule.CapacityMicros);
        // A clock that is set back must not let the same time refill twice.
        _atMicroseconds = Math.Max(_atMicroseconds, nowMicroseconds);
    }

    // What was taken refills from then on, so that it does not matter when that was.
    public void Settle(LimitRule rule, long difference, long takenAtMicroseconds, long nowMicroseconds) => Take(rule, difference, nowMicroseconds);

    public readonly LimitReading Read(LimitRule rule) => _present.ToReading();

    /// <summary>True when the bucket is full by the limit that it was last used under.</summary>
    public readonly bool IsIdle(long nowMicroseconds) => LevelAt(_rule, nowMicroseconds) == _rule.Full;

    private readonly TokenBucketLevel LevelAt(TokenBucketRule rule, long nowMicroseconds)
    {
        var elapsed = nowMicroseconds - _atMicroseconds;
        var level = _level.Refill(elapsed, rule.CapacityMicros, rule.RefillMicrosPerSecond);
        var ahead = elapsed < 0 ? -elapsed : 0;
        return level.AheadMicroseconds == ahead ? level : level with { AheadMicroseconds = ahead };
    }
}
