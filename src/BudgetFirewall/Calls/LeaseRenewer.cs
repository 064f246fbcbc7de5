using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Extends a reservation for as long as its call runs, each time when half of the remaining lease has passed.</summary>
internal sealed class LeaseRenewer
{
    private readonly Lock _lock = new();
    private readonly BudgetReservation _reservation;
    private readonly TimeSpan _lease;
    private readonly CallGuardSettings _settings;
    private readonly ILogger _logger;
    private readonly long _start;
    private ITimer? _timer;
    private CancellationTokenSource? _extending;
    private Task _extension = Task.CompletedTask;
    private bool _isEnded;

    private LeaseRenewer(BudgetReservation reservation, TimeSpan lease, CallGuardSettings settings, ILogger logger)
    {
        _reservation = reservation;
        _lease = lease;
        _settings = settings;
        _logger = logger;
        _start = settings.TimeProvider.GetTimestamp();
    }

    public static LeaseRenewer Start(BudgetReservation reservation, TimeSpan lease, CallGuardSettings settings, ILogger logger)
    {
        var renewer = new LeaseRenewer(reservation, lease, settings, logger);
        lock (renewer._lock)
            renewer._timer = settings.TimeProvider.CreateTimer(static state => ((LeaseRenewer)state!).OnTimer(), renewer, renewer.UntilNext(), Timeout.InfiniteTimeSpan);
        return renewer;
    }

    /// <summary>Stops extending. An extension that is under way is cancelled; when this returns, this process no longer waits for it.</summary>
    public async ValueTask EndAsync()
    {
        Task extension;
        lock (_lock)
        {
            _isEnded = true;
            _timer!.Dispose();
            extension = _extension;
        }
        if (extension.IsCompleted)
            return;
        if (_extending is { } extending)
            await extending.CancelAsync().ConfigureAwait(false);
        await extension.ConfigureAwait(false);
    }

    // The timer is set again only when an extension has ended, so that there is one at a time.
    private void OnTimer()
    {
        lock (_lock)
        {
            if (!_isEnded && _settings.TimeProvider.GetElapsedTime(_start) < _settings.MaxHold)
                _extension = ExtendAsync();
        }
    }

    private async Task ExtendAsync()
    {
        var extending = new CancellationTokenSource();
        _extending = extending;
        try
        {
            await _reservation.ExtendAsync(_lease, extending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ReservationNotFoundException or OperationCanceledException)
        {
            if (e is ReservationNotFoundException)
                CallLog.HoldLapsed(_logger, _reservation.Id, e);
            return;
        }
#pragma warning disable CA1031 // A timer has nobody to throw to; the next attempt comes in time.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CallLog.ExtensionFailed(_logger, _reservation.Id, e);
        }
        lock (_lock)
        {
            if (!_isEnded)
                _timer!.Change(UntilNext(), Timeout.InfiniteTimeSpan);
        }
    }

    // The end is by the store's clock, the present time by ours. In case they differ, the remaining time is taken to be between half a lease and a whole one.
    // After a failed extension less than half may really be left, so it is tried again after a quarter at most.
    private TimeSpan UntilNext()
    {
        var left = _reservation.ExpiresAt - _settings.TimeProvider.GetUtcNow();
        var half = _lease / 2;
        return (left < half ? half : left > _lease ? _lease : left) / 2;
    }
}
