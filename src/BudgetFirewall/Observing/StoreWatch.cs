using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Tells when the store goes away and comes back, as this process sees it. Thread-safe.</summary>
internal sealed class StoreWatch(TimeProvider timeProvider, Action<BudgetEvent> raise)
{
    private const string Subject = "store";

    /// <summary>A store that fails now and then is away until it has not failed for so long, so that it does not make two events each time.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _lastFailure;
    private volatile bool _isAway;

    public void Failed(BudgetStoreException exception)
    {
        var now = timeProvider.GetUtcNow();
        lock (_lock)
        {
            _lastFailure = now;
            if (_isAway)
                return;
            _isAway = true;
        }
        raise(new(BudgetEventTypes.StoreAway, now, Subject) { Data = new() { Cause = exception.Message } });
    }

    public void Answered()
    {
        if (!_isAway)
            return;
        var now = timeProvider.GetUtcNow();
        lock (_lock)
        {
            if (!_isAway || now - _lastFailure < Calm)
                return;
            _isAway = false;
        }
        raise(new(BudgetEventTypes.StoreBack, now, Subject));
    }
}
