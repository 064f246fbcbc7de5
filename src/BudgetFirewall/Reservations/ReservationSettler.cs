using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Commits, releases and extends reservations, by their records or by their ids.</summary>
internal sealed class ReservationSettler(FirewallParts parts)
{
    public StoreDeadline Begin(CancellationToken cancellationToken) => parts.Store.Begin(cancellationToken);

    /// <summary>Commits a cost, a usage or neither; a usage at the given price, or at the present one.</summary>
    public ValueTask<ChargeReceipt> CommitAsync(HeldReservation reservation, decimal? cost, BudgetUsage? usage, StoreDeadline deadline, long? quotedNanos = null)
    {
        SettleCall call;
        try
        {
            call = SettlementAmounts.Commit(reservation, cost, usage, quotedNanos, parts.Settings.Current.Prices, parts.TimeProvider);
        }
        catch (Exception e) when (e is UnknownPriceException or ArgumentException or InvalidOperationException)
        {
            return ReplayOrFailAsync(e, reservation, usage, deadline);
        }
        var settling = SettleAsync("commit", call, deadline);
        return settling.IsCompletedSuccessfully ? new(Charged(call, settling.Result)) : WaitAsync(call, settling);
    }

    private async ValueTask<ChargeReceipt> WaitAsync(SettleCall call, ValueTask<SettleAnswer> settling) =>
        Charged(call, await settling.ConfigureAwait(false));

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
            var answer = await parts.Store.CallAsync("commit", static (store, asked) => store.SettleAsync(asked), call, deadline).ConfigureAwait(false);
            return answer is { Status: SettleStatus.Done, IsReplay: true } ? Receipt(call, answer) : null;
        }
        catch (BudgetStoreException)
        {
            // Bad input stays bad input while the store is away.
            return null;
        }
    }

    private static ChargeReceipt Receipt(SettleCall call, SettleAnswer answer) =>
        new(new ReceiptContent.OfCommit(call, answer)) { IsLate = answer.IsLate, IsReplay = answer.IsReplay };

    private ChargeReceipt Charged(SettleCall call, SettleAnswer answer)
    {
        var receipt = Receipt(call, answer);
        parts.Signals.Charged(receipt, call.Reservation.Request);
        return receipt;
    }

    public async ValueTask ReleaseAsync(HeldReservation reservation, StoreDeadline deadline) =>
        await SettleAsync("release", SettlementAmounts.Release(reservation), deadline).ConfigureAwait(false);

    public async ValueTask<DateTimeOffset> ExtendAsync(HeldReservation reservation, TimeSpan lease, StoreDeadline deadline)
    {
        var extending = parts.Store.CallAsync(
            "extend", static (store, call) => store.ExtendAsync(call.reservation, call.lease), (reservation, lease), deadline);
        var expiresAt = await ConfirmAsync("extend", extending, reservation.Partition, reservation.OperationId, mayHaveHappened: true).ConfigureAwait(false);
        if (expiresAt is not { } end)
            throw NotFound(reservation.Partition, reservation.OperationId, "is unknown, settled, or at or after its end");
        parts.Signals.ReservationExtended(reservation, end);
        return end;
    }

    /// <summary>The record of a reservation; null when there is none left.</summary>
    public ValueTask<HeldReservation?> FindAsync(string operation, string? partition, string operationId, StoreDeadline deadline)
    {
        var finding = parts.Store.CallAsync(
            operation, static (store, key) => store.FindReservationAsync(key.partition, key.operationId), (partition, operationId), deadline);
        return ConfirmAsync(operation, finding, partition, operationId, mayHaveHappened: false);
    }

    public static ReservationNotFoundException NotFound(string? partition, string operationId, string what)
    {
        var id = ReservationId.Of(partition, operationId);
        return new(id, $"The reservation '{id}' {what}; nothing was changed.") { OperationId = operationId };
    }

    private ValueTask<SettleAnswer> SettleAsync(string operation, SettleCall call, StoreDeadline deadline)
    {
        var settling = parts.Store.CallAsync(operation, static (store, asked) => store.SettleAsync(asked), call, deadline);
        return settling.IsCompletedSuccessfully ? new(Settled(operation, call, settling.Result)) : WaitAsync(operation, call, settling);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SettleAnswer> WaitAsync(string operation, SettleCall call, ValueTask<SettleAnswer> settling)
    {
        var reservation = call.Reservation;
        return Settled(operation, call, await ConfirmAsync(operation, settling, reservation.Partition, reservation.OperationId, mayHaveHappened: true).ConfigureAwait(false));
    }

    private SettleAnswer Settled(string operation, SettleCall call, SettleAnswer answer)
    {
        var reservation = call.Reservation;
        if (answer.Status == SettleStatus.Done)
            parts.Signals.ReservationEnded(reservation);
        return answer.Status switch
        {
            SettleStatus.NotFound => throw NotFound(reservation.Partition, reservation.OperationId, "has no record any more"),
            SettleStatus.Conflict => throw new OperationConflictException(
                $"The reservation '{ReservationId.Of(reservation.Partition, reservation.OperationId)}' was settled otherwise before; this {operation} has changed nothing.")
            { OperationId = reservation.OperationId },
            SettleStatus.Overflow => throw new BudgetOverflowException { OperationId = reservation.OperationId },
            _ => answer,
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TAnswer> ConfirmAsync<TAnswer>(string operation, ValueTask<TAnswer> answering, string? partition, string operationId, bool mayHaveHappened)
    {
        try
        {
            return await answering.ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            parts.Signals.Trouble(operation, operationId, e, isDegraded: false);
            var id = ReservationId.Of(partition, operationId);
            throw new ChargeUnconfirmedException($"The {operation} of the reservation '{id}' was not confirmed; repeat it. {e.Message}", e)
            {
                OperationId = operationId,
                ReservationId = id,
                MayHaveHappened = mayHaveHappened && e.MayHaveHappened,
            };
        }
    }
}
