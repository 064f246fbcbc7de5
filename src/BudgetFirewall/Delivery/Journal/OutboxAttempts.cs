namespace BudgetFirewall;

/// <summary>Keeps the time since which an operation may have been recorded, over the tries of the pump and of callers who repeat it. Thread-safe.</summary>
/// <remarks>
/// The time of day is kept for the next process. Within this process the age also counts the time that has really passed, so a clock that is set back makes no
/// entry younger.
/// </remarks>
internal sealed class OutboxAttempts
{
    private readonly Lock _lock = new();
    private long _sinceTicks;
    private TimeSpan _knownAge;
    private long _knownAt;
    private int _underway;
    private bool _mayHaveHappened;

    public OutboxAttempts()
    {
    }

    /// <summary>The tries of an earlier process.</summary>
    public OutboxAttempts(DateTimeOffset uncertainSince) => (_sinceTicks, _mayHaveHappened) = (uncertainSince.UtcTicks, true);

    /// <summary>A time before the first try that may have been recorded, UTC; null as long as certainly none was.</summary>
    public DateTimeOffset? UncertainSince => Interlocked.Read(ref _sinceTicks) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>The longest time for which the operation may have been recorded; null as long as it certainly was not.</summary>
    public TimeSpan? Age(TimeProvider timeProvider)
    {
        lock (_lock)
        {
            if (UncertainSince is not { } since)
                return null;
            var byClock = timeProvider.GetUtcNow() - since;
            var byTime = _knownAge + timeProvider.GetElapsedTime(_knownAt);
            return byClock > byTime ? byClock : byTime;
        }
    }

    /// <summary>Computes the age of an earlier process's tries from the clock.</summary>
    public void TakeUp(TimeProvider timeProvider)
    {
        lock (_lock)
        {
            if (UncertainSince is { } since)
                Know(since, timeProvider.GetUtcNow() - since, timeProvider);
        }
    }

    /// <summary>Notes that a try that began the given time ago may have been recorded.</summary>
    /// <returns>True when no try as early as that was known.</returns>
    public bool Recall(TimeSpan age, TimeProvider timeProvider)
    {
        lock (_lock)
        {
            _mayHaveHappened = true;
            if (Age(timeProvider) >= age)
                return false;
            Know(timeProvider.GetUtcNow() - age, age, timeProvider);
            return true;
        }
    }

    /// <summary>Begins a try, which must be followed by <see cref="End"/>.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="keep">Writes to the journal that there are tries, before the first that may be recorded. When it throws, no try has begun.</param>
    /// <returns>True when certainly none was recorded before.</returns>
    public bool Begin(TimeProvider timeProvider, Action keep)
    {
        lock (_lock)
        {
            var isFirst = UncertainSince is null;
            if (isFirst)
            {
                Know(timeProvider.GetUtcNow(), TimeSpan.Zero, timeProvider);
                try
                {
                    keep();
                }
                catch
                {
                    Interlocked.Exchange(ref _sinceTicks, 0);
                    throw;
                }
            }
            _underway++;
            return isFirst;
        }
    }

    /// <summary>Ends a try.</summary>
    public void End(bool mayHaveHappened)
    {
        lock (_lock)
        {
            _underway--;
            _mayHaveHappened |= mayHaveHappened;
            if (_underway == 0 && !_mayHaveHappened)
                Interlocked.Exchange(ref _sinceTicks, 0);
        }
    }

    private void Know(DateTimeOffset since, TimeSpan age, TimeProvider timeProvider)
    {
        (_knownAge, _knownAt) = (age, timeProvider.GetTimestamp());
        Interlocked.Exchange(ref _sinceTicks, since.UtcTicks);
    }
}
