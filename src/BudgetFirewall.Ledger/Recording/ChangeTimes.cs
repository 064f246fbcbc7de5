namespace BudgetFirewall;

/// <summary>The times of changes: the present one, and never the same twice, since an entry's identity is what was changed, and when. Thread-safe.</summary>
internal sealed class ChangeTimes(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private long _lastMicroseconds;

    public DateTimeOffset Next()
    {
        lock (_lock)
            return LedgerTime.FromMicroseconds(_lastMicroseconds = Math.Max(LedgerTime.Microseconds(timeProvider.GetUtcNow()), _lastMicroseconds + 1));
    }
}
