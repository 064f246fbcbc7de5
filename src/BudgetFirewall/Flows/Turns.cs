using System.Diagnostics;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Waits until the turn of a call that a queueing limit has let in, and spends at the turn.</summary>
internal sealed class Turns(SettingsSource settingsSource, StoreCaller storeCaller, DecisionEngine engine, EventReporter events, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The number of times that one spend is decided while its holds keep ending before they are committed.</summary>
    private const int MaxAttempts = 8;

    private static readonly Func<IBudgetStore, SettleCall, ValueTask<SettleAnswer>> Settle = static (store, call) => store.SettleAsync(call);

    /// <summary>Waits for the turn of a check or reservation. A caller who cancels gives the turn back.</summary>
    public async ValueTask WaitAsync(DecisionKind kind, BudgetRequest request, DecisionResult result, CancellationToken cancellationToken)
    {
        var (wait, start) = (result.Answer!.Wait, timeProvider.GetTimestamp());
        try
        {
            await PassAsync(wait, start, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            if (wait > TimeSpan.Zero)
                events.Abandoned(kind, request);
            await UndoAsync(result).ConfigureAwait(false);
            throw;
        }
        if (wait > TimeSpan.Zero)
            events.Waited(kind, request, timeProvider.GetElapsedTime(start));
    }

    /// <summary>
    /// Spends at the turn: a reservation under the operation of the spend waits for it and is then committed, while its hold counts. Otherwise others may have got what it held, and
    /// the spend is decided anew.
    /// </summary>
    public async ValueTask<DecisionResult> SpendAsync(BudgetRequest request, OperationIdentity operation, CancellationToken cancellationToken)
    {
        var (start, maxWait) = (timeProvider.GetTimestamp(), request.MaxWait ?? settingsSource.Current.MaxWait);
        for (var attempts = 1; ; attempts++)
        {
            var reserved = await engine.DecideAsync(DecisionKind.Reserve, request, operation, storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
            if (reserved.Answer?.Reservation is not { } reservation)
                return reserved;
            await WaitAsync(DecisionKind.Spend, request, reserved, cancellationToken).ConfigureAwait(false);
            SettleAnswer settled;
            try
            {
                settled = await CommitAsync(reservation, cancellationToken).ConfigureAwait(false);
            }
            catch (BudgetStoreException e)
            {
                // An id that the caller gave can be asked for again, and so can its turn. Nobody else will ever settle this one.
                if (!operation.HasExplicitId && settingsSource.Current.FailureMode == FailureMode.Deny)
                    _ = UndoAsync(reserved);
                return reserved with { Answer = null, Failure = e };
            }
            switch (settled.Status)
            {
                case SettleStatus.Done:
                    return reserved with { Answer = Spent(reserved, settled) };
                case SettleStatus.Overflow:
                    throw new BudgetOverflowException { OperationId = reservation.OperationId };
                case SettleStatus.NotFound when attempts < MaxAttempts:
                    request = request with { MaxWait = Left(maxWait, start) };
                    break;
                case SettleStatus.NotFound or SettleStatus.Conflict:
                    return reserved with { Answer = null, Failure = Ended() };
                case SettleStatus.NotSettled:
                default:
                    throw new UnreachableException($"A commit was answered with the status {settled.Status}.");
            }
        }
    }

    private ValueTask<SettleAnswer> CommitAsync(HeldReservation reservation, CancellationToken cancellationToken) =>
        storeCaller.CallAsync("commit", Settle, SettlementAmounts.CommitHeld(reservation), storeCaller.Begin(cancellationToken));

    private TimeSpan Left(TimeSpan maxWait, long start) =>
        maxWait - timeProvider.GetElapsedTime(start) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    // The store has answered, so that nothing is let through for want of an answer.
    private static BudgetStoreException Ended() =>
        new("The hold of the spend was ended before its turn was used.") { MayHaveHappened = false, IsNeverAllowed = true };

    private static DecisionAnswer Spent(in DecisionResult reserved, SettleAnswer settled)
    {
        var (answer, budgets) = (reserved.Answer!, reserved.Call.BudgetCount);
        var readings = answer.IsReplay || settled.Readings.Length != budgets ? answer.Readings : [.. settled.Readings, .. answer.Readings.AsSpan()[budgets..]];
        return new()
        {
            Status = DecisionStatus.Done,
            Now = settled.Now,
            IsReplay = settled.IsReplay,
            CostNanos = settled.CostNanos,
            IsCostUnknown = answer.IsReplay ? answer.IsCostUnknown : reserved.Call.IsCostUnknown,
            Readings = readings,
            Judgements = answer.Judgements,
            Wait = answer.Wait,
            Overruns = settled.Overruns,
            Warnings = settled.Warnings,
        };
    }

    // Timers count whole milliseconds, and may fire a little early by another clock than the one that is asked here.
    private async ValueTask PassAsync(TimeSpan wait, long start, CancellationToken cancellationToken)
    {
        while (wait - timeProvider.GetElapsedTime(start) is { Ticks: > 0 } left)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), timeProvider, cancellationToken).ConfigureAwait(false);
    }

    // A repetition shares the turn with the call that got it.
    private async Task UndoAsync(DecisionResult result)
    {
        if (result.Answer is not { IsReplay: false } answer)
            return;
        try
        {
            _ = await storeCaller.CallAsync(
                "undo",
                static (store, call) => store.UndoAsync(call.Call, call.Answer!),
                result with { Answer = answer },
                storeCaller.Begin(CancellationToken.None)).ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            ReservationLog.TurnNotGivenBack(logger, result.Call.OperationId, e);
        }
    }
}
