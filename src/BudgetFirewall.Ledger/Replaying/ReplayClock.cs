namespace BudgetFirewall;

/// <summary>A clock that stands where it was last moved to, and never goes back.</summary>
internal sealed class ReplayClock(DateTimeOffset start) : TimeProvider
{
    private long _utcTicks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _utcTicks), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _utcTicks);

    public void MoveTo(DateTimeOffset time) => Volatile.Write(ref _utcTicks, Math.Max(time.UtcTicks, _utcTicks));
}
