namespace BudgetFirewall.Storage;

/// <summary>One token bucket.</summary>
internal sealed class Bucket(in CellKey key, long order, BucketRule rule) : Cell(key, order)
{
    private BucketRule _rule = rule;
    private BucketLevel _level = Full(rule);
    private long _atMicroseconds;

    /// <summary>What is in a bucket that was never taken from.</summary>
    public static BucketLevel Full(BucketRule rule) => new(rule.CapacityMicros, 0);

    /// <summary>True when it is full, by the limit that it was last used under.</summary>
    public override bool IsOver(long nowTicks) => LevelAt(_rule, nowTicks / TimeSpan.TicksPerMicrosecond) == Full(_rule);

    public BucketLevel LevelAt(BucketRule rule, long nowMicroseconds)
    {
        var elapsed = nowMicroseconds - _atMicroseconds;
        var level = _level.Refill(elapsed, rule.CapacityMicros, rule.RefillMicrosPerSecond);
        var ahead = elapsed < 0 ? -elapsed : 0;
        return level.AheadMicroseconds == ahead ? level : level with { AheadMicroseconds = ahead };
    }

    /// <summary>Takes from a level, the present one, what a step wants; the level that is left.</summary>
    public BucketLevel Take(in BucketStep step, BucketLevel level, long nowMicroseconds)
    {
        if (step.TakeMicros == 0)
            return level;
        var left = level.Take(step.TakeMicros, step.Rule.CapacityMicros);
        Set(step.Rule, left, nowMicroseconds);
        return left;
    }

    public void Set(BucketRule rule, BucketLevel level, long nowMicroseconds)
    {
        IsNew = false;
        _rule = rule;
        _level = level;
        // A clock that is set back must not let the same time refill twice.
        _atMicroseconds = Math.Max(_atMicroseconds, nowMicroseconds);
    }
}
