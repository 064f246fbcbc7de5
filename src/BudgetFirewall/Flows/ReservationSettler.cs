using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Commits, releases and extends reservations, by their records or by their ids.</summary>
internal sealed class ReservationSettler(SettingsSource settingsSource, StoreCaller storeCaller, ReservationIds ids, EventReporter events, TimeProvider timeProvider, ILogger logger, DenialCache denials)
{
    private static readonly Func<IBudgetStore, SettleCall, ValueTask<SettleAnswer>> Settle = static (store, call) => store.SettleAsync(call);

    public StoreDeadline Begin(CancellationToken cancellationToken) => storeCaller.Begin(cancellationToken);

    /// <summary>Commits a cost, a usage or neither; a usage at the given price, or at the present one.</summary>
    public ValueTask<ChargeReceipt> CommitAsync(HeldReservation reservation, decimal? cost, BudgetUsage? usage, StoreDeadline deadline, long? quotedNanos = null)
    {
        SettleCall call;
        try
        {
            call = SettlementAmounts.Commit(reservation, cost, usage, quotedNanos, settingsSource.Current.Prices, timeProvider);
        }
        catch (Exception e) when (e is UnknownPriceException or ArgumentException or InvalidOperationException)
        {
            return ReplayOrFailAsync(e, reservation, usage, deadline);
        }
        return storeCaller.CallAsync("commit", Settle, call, deadline).ThenInside(
            (Settler: this, call),
            static (commit, answer) => commit.Settler.Charged(commit.call, commit.Settler.Settled("commit", commit.call, answer)),
            static ChargeReceipt ((ReservationSettler Settler, SettleCall call) commit, BudgetStoreException failure) => throw commit.Settler.Unconfirmed("commit", commit.call, failure));
    }

    private async ValueTask<ChargeReceipt> ReplayOrFailAsync(Exception fault, HeldReservation reservation, BudgetUsage? usage, StoreDeadline deadline)
    {
        if (usage is not null && await FindReplayAsync(reservation, usage, deadline).ConfigureAwait(false) is { } replay)
            return replay;
        ExceptionDispatchInfo.Throw(fault);
        return null;
    }

    /// <summary>The receipt of a commit that is repeated when its usage cannot be priced any more; null when it is not repeated.</summary>
    private async ValueTask<ChargeReceipt?> FindReplayAsync(HeldReservation reservation, BudgetUsage usage, StoreDeadline deadline)
    {
        var call = SettlementAmounts.ReplayOnly(reservation, usage);
        try
        {
            var answer = await storeCaller.CallAsync("commit", Settle, call, deadline).ConfigureAwait(false);
            return answer is { Status: SettleStatus.Done, IsReplay: true } ? Receipt(call, answer) : null;
        }
        catch (BudgetStoreException)
        {
            // Bad input is reported as such even when the store cannot answer.
            return null;
        }
    }

    private ChargeReceipt Receipt(SettleCall call, SettleAnswer answer) =>
        new(new ReceiptValues.OfCommit(call, answer, ids)) { IsLate = answer.IsLate, IsReplay = answer.IsReplay };

    private ChargeReceipt Charged(SettleCall call, SettleAnswer answer)
    {
        denials.Settled(call);
        var receipt = Receipt(call, answer);
        events.Charged(receipt, call.Reservation.Request);
        return receipt;
    }

    public async ValueTask ReleaseAsync(HeldReservation reservation, StoreDeadline deadline)
    {
        var call = SettlementAmounts.Release(reservation);
        var releasing = storeCaller.CallAsync("release", Settle, call, deadline);
        try
        {
            _ = Settled("release", call, await ConfirmAsync("release", releasing, reservation, identity: null).ConfigureAwait(false));
        }
        finally
        {
            denials.Settled(call);
        }
    }

    public async ValueTask<DateTimeOffset> ExtendAsync(HeldReservation reservation, TimeSpan lease, StoreDeadline deadline)
    {
        var extending = storeCaller.CallAsync(
            "extend", static (store, call) => store.ExtendAsync(call.reservation, call.lease), (reservation, lease), deadline);
        var expiresAt = await ConfirmAsync("extend", extending, reservation, identity: null).ConfigureAwait(false);
        if (expiresAt is not { } end)
            throw NotFound(ReservationIdentity.Of(reservation), "is unknown, settled, or at or after its end");
        events.ReservationExtended(reservation, end);
        return end;
    }

    /// <summary>The record of a reservation; null when none is left, or when the tag of the given id is wrong.</summary>
    public async ValueTask<HeldReservation?> FindAsync(string operation, ReservationIdentity identity, StoreDeadline deadline)
    {
        var finding = storeCaller.CallAsync(
            operation, static (store, names) => store.FindReservationAsync(names.Partition, names.OperationScope, names.OperationId), identity, deadline);
        var found = await ConfirmAsync(operation, finding, reservation: null, identity).ConfigureAwait(false);
        // Checked afterwards: by then this process knows the store's secret, and a wrong id takes as long as an unknown one.
        return ids.IsGenuine(identity) ? found : null;
    }

    /// <exception cref="ArgumentException">The usage has more units than the options allow.</exception>
    public void CheckSize(BudgetUsage? usage)
    {
        if (usage is not null)
            RequestCaps.Check(usage, settingsSource.Current);
    }

    public void LogDisposeReleaseFailed(string operationId, Exception exception) => ReservationLog.DisposeReleaseFailed(logger, operationId, exception);

    public OperationConflictException AlreadyCommitted(HeldReservation reservation) =>
        new($"The reservation '{ids.Of(reservation)}' was committed before; nothing was changed.") { OperationId = reservation.OperationId };

    public ReservationNotFoundException NotFound(ReservationIdentity identity, string what)
    {
        var id = ids.Of(identity);
        return new(id, $"The reservation '{id}' {what}; nothing was changed.") { OperationId = identity.OperationId };
    }

    private SettleAnswer Settled(string operation, SettleCall call, SettleAnswer answer)
    {
        var reservation = call.Reservation;
        events.StoreAnswered();
        if (answer.Status == SettleStatus.Done)
            events.ReservationEnded(reservation);
        return answer.Status switch
        {
            SettleStatus.NotFound => throw NotFound(ReservationIdentity.Of(reservation), "has no record any more"),
            SettleStatus.Conflict => throw new OperationConflictException(
                $"The reservation '{ids.Of(reservation)}' was settled otherwise before; this {operation} has changed nothing.")
            { OperationId = reservation.OperationId },
            SettleStatus.Overflow => throw new BudgetOverflowException { OperationId = reservation.OperationId },
            SettleStatus.Done or SettleStatus.NotSettled => answer,
            _ => throw new UnreachableException($"There is no status {answer.Status}."),
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TAnswer> ConfirmAsync<TAnswer>(string operation, ValueTask<TAnswer> answering, HeldReservation? reservation, ReservationIdentity? identity)
    {
        try
        {
            return await answering.ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            // Looking for a reservation changes nothing.
            throw identity is null ? Unconfirmed(operation, reservation!, e) : Unconfirmed(operation, identity, e, mayHaveHappened: false);
        }
    }

    private ChargeUnconfirmedException Unconfirmed(string operation, SettleCall call, BudgetStoreException failure)
    {
        denials.Settled(call);
        return Unconfirmed(operation, call.Reservation, failure);
    }

    private ChargeUnconfirmedException Unconfirmed(string operation, HeldReservation reservation, BudgetStoreException failure) =>
        Unconfirmed(operation, ReservationIdentity.Of(reservation), failure, failure.MayHaveHappened);

    private ChargeUnconfirmedException Unconfirmed(string operation, ReservationIdentity identity, BudgetStoreException failure, bool mayHaveHappened)
    {
        events.StoreFailed(operation, identity.OperationId, failure, isDegraded: false);
        var id = ids.Of(identity);
        return new($"The {operation} of the reservation '{id}' was not confirmed; repeat it. {failure.Message}", failure)
        {
            OperationId = identity.OperationId,
            ReservationId = id,
            MayHaveHappened = mayHaveHappened,
        };
    }
}
