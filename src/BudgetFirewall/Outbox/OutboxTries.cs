namespace BudgetFirewall;

/// <summary>Since when an operation may have been recorded, over the tries of the pump and of callers who repeat it. Thread-safe.</summary>
internal sealed class OutboxTries
{
    private readonly Lock _gate = new();
    private long _sinceTicks;
    private int _underway;
    private bool _mayHaveHappened;

    public OutboxTries()
    {
    }

    /// <summary>What an earlier process has tried.</summary>
    public OutboxTries(DateTimeOffset uncertainSince) => (_sinceTicks, _mayHaveHappened) = (uncertainSince.UtcTicks, true);

    /// <summary>Before the first try that may have been recorded; null as long as certainly none was.</summary>
    public DateTimeOffset? UncertainSince => Interlocked.Read(ref _sinceTicks) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>An earlier try may have been recorded.</summary>
    /// <returns>True when none so early was known of.</returns>
    public bool Recall(DateTimeOffset begin)
    {
        lock (_gate)
        {
            _mayHaveHappened = true;
            if (UncertainSince <= begin)
                return false;
            Interlocked.Exchange(ref _sinceTicks, begin.UtcTicks);
            return true;
        }
    }

    /// <summary>A try begins, and must be followed by <see cref="End"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="keep">Keeps that there are tries, before the first that may be recorded. When it throws, no try has begun.</param>
    /// <returns>True when certainly none was recorded before.</returns>
    public bool Begin(DateTimeOffset now, Action keep)
    {
        lock (_gate)
        {
            var isFirst = UncertainSince is null;
            if (isFirst)
            {
                Interlocked.Exchange(ref _sinceTicks, now.UtcTicks);
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

    /// <summary>A try has ended.</summary>
    public void End(bool mayHaveHappened)
    {
        lock (_gate)
        {
            _underway--;
            _mayHaveHappened |= mayHaveHappened;
            if (_underway == 0 && !_mayHaveHappened)
                Interlocked.Exchange(ref _sinceTicks, 0);
        }
    }
}
