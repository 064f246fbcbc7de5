namespace BudgetFirewall.Sample.Replay;

/// <summary>A clock that shows the log's time: it stands where it was last moved to.</summary>
public sealed class LogClock(DateTimeOffset start) : TimeProvider
{
    private long _utcTicks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _utcTicks), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _utcTicks);

    /// <summary>Moves the clock on; a time before the present one leaves it.</summary>
    public void MoveTo(DateTimeOffset time) => Interlocked.Exchange(ref _utcTicks, Math.Max(time.UtcTicks, GetTimestamp()));
}
