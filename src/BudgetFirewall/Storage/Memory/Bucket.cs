namespace BudgetFirewall.Storage;

/// <summary>One token bucket.</summary>
internal sealed class Bucket(in CellKey key, long order, TokenBucketRule rule) : Cell(key, order)
{
    private TokenBucketRule _rule = rule;
    private TokenBucketLevel _level = rule.Full;
    private TokenBucketLevel _present = rule.Full;
    private long _atMicroseconds;

    /// <summary>The level that <see cref="Look"/> has found. It belongs to whoever is inside and has looked.</summary>
    public ref readonly TokenBucketLevel Present => ref _present;

    /// <summary>True when it is full, by the limit that it was last used under.</summary>
    public override bool IsOver(long nowTicks) => LevelAt(_rule, nowTicks / TimeSpan.TicksPerMicrosecond) == _rule.Full;

    /// <summary>Finds the present level. What is kept stays as it is: another limit may have more room.</summary>
    public void Look(TokenBucketRule rule, long nowMicroseconds) => _present = LevelAt(rule, nowMicroseconds);

    /// <summary>Takes an amount from the present level.</summary>
    public void Take(TokenBucketRule rule, long takeMicros, long nowMicroseconds)
    {
        if (takeMicros == 0)
            return;
        IsNew = false;
        _rule = rule;
        _level = _present = _present.Take(takeMicros, rule.CapacityMicros);
        // A clock that is set back must not let the same time refill twice.
        _atMicroseconds = Math.Max(_atMicroseconds, nowMicroseconds);
    }

    private TokenBucketLevel LevelAt(TokenBucketRule rule, long nowMicroseconds)
    {
        var elapsed = nowMicroseconds - _atMicroseconds;
        var level = _level.Refill(elapsed, rule.CapacityMicros, rule.RefillMicrosPerSecond);
        var ahead = elapsed < 0 ? -elapsed : 0;
        return level.AheadMicroseconds == ahead ? level : level with { AheadMicroseconds = ahead };
    }
}
