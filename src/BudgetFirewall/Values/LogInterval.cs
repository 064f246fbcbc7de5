namespace BudgetFirewall;

/// <summary>
/// Limits a log line to one in an interval, however often its cause occurs. For guards and observers that log events that strangers can cause. Thread-safe.
/// </summary>
public sealed class LogInterval
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _interval;
    private long? _last;

    /// <summary>Makes an interval in which no line has been written yet.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="interval">The least time between two lines; with zero or less every line is due.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    public LogInterval(TimeProvider timeProvider, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        (_timeProvider, _interval) = (timeProvider, interval);
    }

    /// <summary>Returns true when a line is due, and counts it as written.</summary>
    public bool IsDue()
    {
        lock (_lock)
        {
            var now = _timeProvider.GetTimestamp();
            if (_last is { } last && _timeProvider.GetElapsedTime(last, now) < _interval)
                return false;
            _last = now;
            return true;
        }
    }
}
