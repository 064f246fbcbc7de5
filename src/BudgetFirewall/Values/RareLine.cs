namespace BudgetFirewall;

/// <summary>Says when a log line is due that would otherwise be written again and again. Thread-safe.</summary>
internal sealed class RareLine(TimeProvider timeProvider, TimeSpan interval)
{
    private readonly Lock _lock = new();
    private long? _last;

    /// <summary>True for the first caller, and for one in each interval after that.</summary>
    public bool IsDue()
    {
        lock (_lock)
        {
            var now = timeProvider.GetTimestamp();
            if (_last is { } last && timeProvider.GetElapsedTime(last, now) < interval)
                return false;
            _last = now;
            return true;
        }
    }
}
