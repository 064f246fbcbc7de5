namespace BudgetFirewall.Conformance;

/// <summary>A token bucket, reckoned in exact decimals.</summary>
public sealed class ModelBucket(RateLimit limit, DateTimeOffset now)
{
    private readonly decimal _capacity = limit.Capacity!.Value;
    private readonly decimal _refillPerSecond = limit.RefillPerSecond!.Value;
    private decimal _level = limit.Capacity!.Value;
    private DateTimeOffset _asOf = now;

    public decimal LevelAt(DateTimeOffset now) =>
        Math.Min(_capacity, _level + (_refillPerSecond * (now - _asOf).Ticks / TimeSpan.TicksPerSecond));

    public void Take(decimal amount, DateTimeOffset now) => Adopt(Math.Min(_capacity, LevelAt(now) - amount), now);

    public void Adopt(decimal level, DateTimeOffset now) => (_level, _asOf) = (level, now);

    /// <summary>How long until an amount is there; null when it never will be.</summary>
    public TimeSpan? WaitFor(decimal amount, DateTimeOffset now)
    {
        if (amount > _capacity || _refillPerSecond == 0)
            return null;
        var microseconds = Math.Ceiling((amount - LevelAt(now)) / _refillPerSecond * 1_000_000m);
        return TimeSpan.FromTicks((long)microseconds * TimeSpan.TicksPerMicrosecond);
    }
}
