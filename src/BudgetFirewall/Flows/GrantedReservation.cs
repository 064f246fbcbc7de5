using System.Runtime.ExceptionServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A reservation whose record this process has, so that settling it takes one call.</summary>
internal sealed class GrantedReservation(ReservationSettler settler, HeldReservation reservation) : IReservationActions
{
    private BudgetUsage? _confirmedUsage;
    private ChargeReceipt? _confirmed;

    public ValueTask<ChargeReceipt> CommitAsync(decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken)
    {
        ValueTask<ChargeReceipt> committing;
        try
        {
            settler.CheckSize(usage);
            committing = settler.CommitAsync(reservation, cost, usage, settler.Begin(cancellationToken));
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            committing = ValueTaskContinuation.FailAsync<ChargeReceipt>(e);
        }
        return committing.Then(
            (Reservation: this, cost, usage),
            static (call, receipt) => call.Reservation.Confirm(call.usage, receipt),
            static ((GrantedReservation Reservation, decimal? cost, BudgetUsage? usage) call, ReservationNotFoundException gone) =>
                call.Reservation.RepeatForgotten(call.cost, call.usage, gone));
    }

    // The store may have forgotten a commit that this object has made.
    private ChargeReceipt RepeatForgotten(decimal? cost, BudgetUsage? usage, ReservationNotFoundException gone)
    {
        if (Volatile.Read(ref _confirmed) is null)
            ExceptionDispatchInfo.Throw(gone);
        return Repeated(cost, usage) ?? throw settler.AlreadyCommitted(reservation);
    }

    private ChargeReceipt Confirm(BudgetUsage? usage, ChargeReceipt receipt)
    {
        if (_confirmed is null)
        {
            _confirmedUsage = usage;
            Volatile.Write(ref _confirmed, receipt);
        }
        return receipt;
    }

    private ChargeReceipt? Repeated(decimal? cost, BudgetUsage? usage)
    {
        var isSame = usage is null
            ? _confirmedUsage is null && SettlementAmounts.Nanos(reservation, cost) == Money.CeilingNanos(_confirmed!.Cost, nameof(cost))
            : usage == _confirmedUsage;
        return isSame ? _confirmed!.AsReplay() : null;
    }

    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        await settler.ReleaseAsync(reservation, settler.Begin(cancellationToken)).ConfigureAwait(false);
        if (_confirmed is not null)
            throw settler.AlreadyCommitted(reservation);
    }

    public ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken) => settler.ExtendAsync(reservation, lease, settler.Begin(cancellationToken));

    public async ValueTask ReleaseOnDisposeAsync()
    {
        try
        {
            await ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationConflictException)
        {
            // Another process has committed it by its id: there is nothing to release.
        }
#pragma warning disable CA1031 // Disposing never throws; the lease ends what could not be released.
        catch (Exception e)
#pragma warning restore CA1031
        {
            settler.LogDisposeReleaseFailed(reservation.OperationId, e);
        }
    }
}
