namespace BudgetFirewall.Storage;

/// <summary>One token bucket.</summary>
internal sealed class Bucket(in CellKey key, long order, TokenBucketRule rule) : Cell(key, order)
{
    private TokenBucketRule _rule = rule;
    private TokenBucketLevel _level = rule.Full;
    private long _atMicroseconds;

    /// <summary>True when it is full, by the limit that it was last used under.</summary>
    public override bool IsOver(long nowTicks) => LevelAt(_rule, nowTicks / TimeSpan.TicksPerMicrosecond) == _rule.Full;

    public TokenBucketLevel LevelAt(TokenBucketRule rule, long nowMicroseconds)
    {
        var elapsed = nowMicroseconds - _atMicroseconds;
        var level = _level.Refill(elapsed, rule.CapacityMicros, rule.RefillMicrosPerSecond);
        var ahead = elapsed < 0 ? -elapsed : 0;
        return level.AheadMicroseconds == ahead ? level : level with { AheadMicroseconds = ahead };
    }

    /// <summary>Takes an amount from a level, the present one; the level that is left.</summary>
    public TokenBucketLevel Take(TokenBucketRule rule, long takeMicros, TokenBucketLevel level, long nowMicroseconds)
    {
        if (takeMicros == 0)
            return level;
        IsNew = false;
        _rule = rule;
        _level = level.Take(takeMicros, rule.CapacityMicros);
        // A clock that is set back must not let the same time refill twice.
        _atMicroseconds = Math.Max(_atMicroseconds, nowMicroseconds);
        return _level;
    }
}
