using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Charges or releases one guarded call, and reports its end to the guard's listener. A charge is not lost when a price, a record or a confirmation is missing.
/// </summary>
internal sealed class CallSettlement(CallGuardServices services, BudgetRequest request, BudgetReservation reservation)
{
    private const int MaxRepetitions = 9;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private bool _mayBeCommitted;

    public TimeProvider TimeProvider => services.Settings.TimeProvider;

    public async ValueTask<ChargeReceipt?> CommitAsync(CallCharge charge, bool isCallerWaiting)
    {
        try
        {
            return await ChargeAsync(charge).ConfigureAwait(false);
        }
        catch (ChargeUnconfirmedException e) when (services.Settings.ThrowsUnconfirmed && isCallerWaiting)
        {
            services.NotifySettled(Settled(charge) with { Exception = e });
            throw;
        }
        catch (ChargeUnconfirmedException e) when (services.Repetitions.TryEnter())
        {
            services.Metrics.Unconfirmed(request.Provider);
            CallLog.ChargeUnconfirmed(services.Logger, reservation.Id, e);
            _ = RepeatAsync(charge);
        }
#pragma warning disable CA1031 // The call was made and its answer must not be lost with its charge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(charge, e);
        }
        return null;
    }

    public async ValueTask ReleaseAsync()
    {
        await reservation.DisposeAsync().ConfigureAwait(false);
        services.NotifySettled(new() { Request = request, ReservationId = reservation.Id });
    }

    public async ValueTask ReportAsync(ProviderSignal signal)
    {
        try
        {
            _ = await services.Firewall.RateLimits.ReportAsync(request, signal, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BudgetStoreException)
        {
            // The firewall has counted and logged it.
        }
#pragma warning disable CA1031 // A report must not break the call.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CallLog.ReportFailed(services.Logger, reservation.Id, e);
        }
    }

    private async ValueTask<ChargeReceipt> ChargeAsync(CallCharge charge)
    {
        ChargeReceipt receipt;
        try
        {
            receipt = await RecordAsync(charge).ConfigureAwait(false);
        }
        catch (Exception e) when (charge is not { Usage: null, Cost: null } && e is UnknownPriceException or ArgumentException)
        {
            CallLog.UsageNotPriced(services.Logger, reservation.Id, e);
            charge = charge with { IsEstimated = true };
            receipt = await RecordAsync(InPlaceOf(e)).ConfigureAwait(false);
        }
        if (charge.IsEstimated)
            services.Metrics.Estimated(request.Provider);
        services.NotifySettled(Settled(charge) with { Receipt = receipt });
        return receipt;
    }

    /// <summary>
    /// The substitute charge of a call that was made although its own charge is refused: the highest allowed cost when it costs more than that, the reserved
    /// amounts when nothing prices it.
    /// </summary>
    private static CallCharge InPlaceOf(Exception reason) => MaxCost.Of(reason) is { } highest ? new(Cost: highest, IsEstimated: true) : CallCharge.Reserved;

    private async ValueTask<ChargeReceipt> RecordAsync(CallCharge charge)
    {
        try
        {
            return await charge.CommitAsync(reservation).ConfigureAwait(false);
        }
        catch (ChargeUnconfirmedException e)
        {
            _mayBeCommitted |= e.MayHaveHappened;
            throw;
        }
        // A settled reservation is forgotten after a minute. If an earlier commit may have settled it, charging again might charge twice.
        catch (ReservationNotFoundException e) when (!_mayBeCommitted)
        {
            CallLog.ReservationGone(services.Logger, reservation.Id, e);
            return await services.Firewall.ChargeAsync(charge.ToRequest(request, reservation, services.Firewall), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task RepeatAsync(CallCharge charge)
    {
        try
        {
            await RepeatUntilConfirmedAsync(charge).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody waits for this: it is logged and told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(charge, e);
        }
        finally
        {
            services.Repetitions.Leave();
        }
    }

    private async Task RepeatUntilConfirmedAsync(CallCharge charge)
    {
        var pause = TimeSpan.FromSeconds(1);
        for (var repetition = 1; ; repetition++)
        {
            await Task.Delay(pause, services.Settings.TimeProvider, CancellationToken.None).ConfigureAwait(false);
            try
            {
                await ChargeAsync(charge).ConfigureAwait(false);
                return;
            }
            catch (ChargeUnconfirmedException) when (repetition < MaxRepetitions)
            {
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private void GiveUp(CallCharge charge, Exception exception)
    {
        CallLog.ChargeLost(services.Logger, reservation.Id, exception);
        services.NotifySettled(Settled(charge) with { Exception = exception });
    }

    private SettledCall Settled(CallCharge charge) => new()
    {
        Request = request,
        ReservationId = reservation.Id,
        Usage = charge.Usage,
        Cost = charge.Usage is null ? charge.Cost ?? reservation.Cost : null,
        IsEstimated = charge.IsEstimated,
    };
}
