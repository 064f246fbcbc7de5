using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Releases grants that arrive after the waiting has ended. Only those whose id the library generated: an id of the caller's can be asked for again,
/// and so can its grant. A caller who was allowed without the store may still commit the grant, until the reservation is disposed.
/// </summary>
internal sealed class LateGrantReleaser
{
    private readonly SettingsSource _settingsSource;
    private readonly StoreCaller _storeCaller;
    private readonly ILogger _logger;
    private readonly DenialCache _denials;

    public LateGrantReleaser(SettingsSource settingsSource, StoreCaller storeCaller, ILogger logger, DenialCache denials)
    {
        (_settingsSource, _storeCaller, _logger, _denials) = (settingsSource, storeCaller, logger, denials);
        OnLate = Release;
    }

    /// <summary>The function that is called with an answer that came too late.</summary>
    public Action<DecisionCall, DecisionAnswer, Exception> OnLate { get; }

    private void Release(DecisionCall call, DecisionAnswer answer, Exception reason)
    {
        if (answer is not { Status: DecisionStatus.Done, Reservation: { } reservation })
            return;
        var wasLetThrough = reason is TimeoutException && _settingsSource.Current.FailureMode == FailureMode.Allow;
        if (call.IsAbandoned || (call.Retention is null && !wasLetThrough))
            _ = ReleaseAsync(reservation);
    }

    private async Task ReleaseAsync(HeldReservation reservation)
    {
        var call = SettlementAmounts.Release(reservation);
        try
        {
            await _storeCaller.CallAsync(
                "release",
                static (store, call) => store.SettleAsync(call),
                call,
                _storeCaller.Begin(CancellationToken.None)).ConfigureAwait(false);
            ReservationLog.LateGrantReleased(_logger, reservation.OperationId);
        }
        catch (BudgetStoreException e)
        {
            ReservationLog.LateGrantNotReleased(_logger, reservation.OperationId, e);
        }
        finally
        {
            _denials.Settled(call);
        }
    }
}
