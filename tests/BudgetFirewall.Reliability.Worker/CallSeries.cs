using System.Diagnostics;

namespace BudgetFirewall.Reliability;

/// <summary>One operation of a caller, from its decision to its settlement, each tried until it is answered.</summary>
internal sealed class CallSeries(WorkJob job, IBudgetFirewall firewall, Trace trace, Tally tally, BudgetRequest request, Random random)
{
    private const long HeldNanos = 1_000_000_000;

    public async Task<BudgetReservation?> ReserveAsync()
    {
        BudgetReservation? granted = null;
        var outcome = await TryAsync(CallVerb.Reserve, HeldNanos, async () =>
        {
            var reservation = await firewall.TryReserveAsync(request);
            granted = reservation.IsGranted ? reservation : null;
            return (Of(reservation.Decision), reservation.Decision.IsReplay);
        });
        Count(outcome);
        if (outcome == CallOutcome.Done)
            tally.Granted(HeldNanos);
        return granted;
    }

    public async Task ReserveAndCommitAsync()
    {
        if (await ReserveAsync() is { } reservation)
            await CommitAsync(reservation);
    }

    public async Task ReserveAndSettleAsync()
    {
        if (await ReserveAsync() is not { } reservation)
            return;
        switch (random.Next(10))
        {
            case 0:
                break;
            case 1 or 2:
                await ReleaseAsync(reservation);
                break;
            default:
                await CommitAsync(reservation);
                break;
        }
    }

    public async Task SpendAsync()
    {
        var outcome = await TryAsync(CallVerb.Spend, HeldNanos, async () =>
        {
            var decision = await firewall.TrySpendAsync(request);
            return (Of(decision), decision.IsReplay);
        });
        Count(outcome);
        if (outcome != CallOutcome.Done)
            return;
        tally.Granted(HeldNanos);
        tally.Charged(HeldNanos, HeldNanos);
    }

    public async Task ChargeAsync()
    {
        var outcome = await TryAsync(CallVerb.Charge, HeldNanos, async () => (CallOutcome.Done, (await firewall.ChargeAsync(request)).IsReplay));
        Count(outcome);
        if (outcome == CallOutcome.Done)
            tally.Charged(HeldNanos, 0);
    }

    private async Task CommitAsync(BudgetReservation reservation)
    {
        var nanos = random.NextInt64(0, HeldNanos + 1);
        var outcome = await TryAsync(CallVerb.Commit, nanos, async () => (CallOutcome.Done, (await reservation.CommitAsync(nanos / 1_000_000_000m)).IsReplay));
        Count(outcome);
        if (outcome == CallOutcome.Done)
            tally.Charged(nanos, HeldNanos);
    }

    private async Task ReleaseAsync(BudgetReservation reservation)
    {
        var outcome = await TryAsync(CallVerb.Release, 0, async () =>
        {
            await reservation.ReleaseAsync();
            return (CallOutcome.Done, false);
        });
        Count(outcome);
        if (outcome == CallOutcome.Done)
            tally.Charged(0, HeldNanos);
    }

    private async Task<CallOutcome> TryAsync(CallVerb verb, long nanos, Func<Task<(CallOutcome Outcome, bool IsReplay)>> call)
    {
        for (var tries = 1; ; tries++)
        {
            var traced = new TracedCall(request.OperationId!, verb, nanos, request.UserId, Stopwatch.GetTimestamp(), long.MaxValue, CallOutcome.None, false);
            trace.Write(traced);
            var (outcome, isReplay) = await AnswerAsync(call);
            tally.Took(Stopwatch.GetElapsedTime(traced.Began));
            trace.Write(traced with { Ended = Stopwatch.GetTimestamp(), Outcome = outcome, IsReplay = isReplay });
            if (outcome != CallOutcome.Unknown || tries >= job.Tries)
                return outcome;
            await Task.Delay(TimeSpan.FromSeconds(job.RetrySeconds));
        }
    }

    private async Task<(CallOutcome Outcome, bool IsReplay)> AnswerAsync(Func<Task<(CallOutcome Outcome, bool IsReplay)>> call)
    {
        try
        {
            return await call();
        }
        catch (ChargeUnconfirmedException)
        {
            return (CallOutcome.Unknown, false);
        }
        catch (ReservationNotFoundException)
        {
            return (CallOutcome.NotFound, false);
        }
        catch (OperationConflictException e)
        {
            tally.Surprise(e);
            return (CallOutcome.Conflict, false);
        }
#pragma warning disable CA1031 // Whatever else is thrown is what the scenario is looking for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            tally.Surprise(e);
            return (CallOutcome.Unknown, false);
        }
    }

    private void Count(CallOutcome outcome)
    {
        if (outcome == CallOutcome.Denied)
            tally.Denied();
        else if (outcome == CallOutcome.Unknown)
            tally.Unknown();
        else if (outcome == CallOutcome.NotFound)
            tally.Surprise($"{request.OperationId} was not found");
    }

    private CallOutcome Of(BudgetDecision decision)
    {
        if (decision.IsDegraded)
            tally.Surprise("a degraded decision");
        return decision.Outcome switch
        {
            DecisionOutcome.Allowed => CallOutcome.Done,
            DecisionOutcome.StoreUnavailable => CallOutcome.Unknown,
            _ => CallOutcome.Denied,
        };
    }
}
