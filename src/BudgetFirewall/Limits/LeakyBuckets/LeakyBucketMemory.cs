namespace BudgetFirewall.Storage;

/// <summary>A leaky bucket with a queue in the memory of one process: a token bucket that holds nothing and owes the backlog.</summary>
internal struct LeakyBucketMemory(LeakyBucketRule rule) : IRateLimitMemory
{
    private LeakyBucketRule _rule = rule;
    private TokenBucketLevel _level;
    private TokenBucketLevel _present;
    private long _atMicroseconds;

    public void Look(LimitRule rule, long nowMicroseconds) => _present = LevelAt((LeakyBucketRule)rule, nowMicroseconds);

    public readonly Judgement Judge(LimitRule rule, in LimitDemand demand, TimeSpan maxWait) => ((LeakyBucketRule)rule).Judge(_present, demand, maxWait);

    public void Take(LimitRule rule, long take, long nowMicroseconds)
    {
        _rule = (LeakyBucketRule)rule;
        _level = _present = _present.Take(take, capacityMicros: 0);
        // A clock that is set back must not let the same time drain twice.
        _atMicroseconds = Math.Max(_atMicroseconds, nowMicroseconds);
    }

    // What was taken drains from then on, so that it does not matter when that was. Nobody gives back what others have a turn behind.
    public void Settle(LimitRule rule, long difference, long takenAtMicroseconds, long nowMicroseconds)
    {
        // What was queued at another rate is not worth the same now.
        if (difference > 0 || ((LeakyBucketRule)rule).Scale == _rule.Scale)
            Take(rule, difference, nowMicroseconds);
    }

    public readonly LimitReading Read(LimitRule rule) => ((LeakyBucketRule)rule).ReadingOf(_present);

    /// <summary>True when the backlog is gone by the limit that it was last used under.</summary>
    public readonly bool IsIdle(long nowMicroseconds) => LevelAt(_rule, nowMicroseconds) == default;

    private readonly TokenBucketLevel LevelAt(LeakyBucketRule rule, long nowMicroseconds)
    {
        var elapsed = nowMicroseconds - _atMicroseconds;
        var level = rule.Scale == _rule.Scale
            ? _level.Refill(elapsed, capacityMicros: 0, rule.RateMicrosPerSecond)
            : rule.Requeued(_level.Refill(elapsed, capacityMicros: 0, ((LeakyBucketRule)rule.At(_rule.Scale)).RateMicrosPerSecond), _rule.Scale);
        var ahead = elapsed < 0 ? -elapsed : 0;
        return level.AheadMicroseconds == ahead ? level : level with { AheadMicroseconds = ahead };
    }
}
