namespace BudgetFirewall.Reliability;

/// <summary>One reservation that takes from rate limits, waits for its turn where there is a queue, and is committed.</summary>
internal sealed class TakeSeries(WorkJob job, IBudgetFirewall firewall, Trace trace, Tally tally, BudgetRequest request, string id, Random random)
{
    private const long HeldNanos = 1_000_000_000;

    public async Task TakeAsync()
    {
        var asked = new TracedTake(id, request.UserId, request.Permits, CallOutcome.None, Now(), 0, 0, 0, 0, []);
        trace.Write(asked);
        using var patience = new CancellationTokenSource();
        if (random.NextDouble() < job.GivesUpPart)
            patience.CancelAfter(TimeSpan.FromMilliseconds(random.Next(1, 1 + (int)(job.QueueLimit * 1_000 / job.TurnsPerSecond))));
        try
        {
            var reservation = await firewall.TryReserveAsync(request, patience.Token);
            trace.Write(Answered(asked, reservation, Now()));
            if (reservation.IsGranted)
                await CommitAsync(reservation);
            else
                await RefusedAsync(reservation.Decision);
        }
        catch (OperationCanceledException)
        {
            trace.Write(asked with { Outcome = CallOutcome.GaveUp, Ended = Now() });
        }
#pragma warning disable CA1031 // Whatever else is thrown is what the scenario is looking for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            tally.Surprise(e);
        }
    }

    private TracedTake Answered(TracedTake asked, BudgetReservation reservation, long now)
    {
        var decision = reservation.Decision;
        return asked with
        {
            Outcome = reservation.IsGranted ? CallOutcome.Done : decision.Outcome == DecisionOutcome.StoreUnavailable ? CallOutcome.Unknown : CallOutcome.Denied,
            Ended = now,
            // A lease begins with the turn.
            Turn = reservation.IsGranted ? Microseconds(reservation.ExpiresAt - TimeSpan.FromSeconds(job.LeaseSeconds)) : 0,
            WaitMicroseconds = (long)decision.Wait.TotalMicroseconds,
            Queued = decision.RateLimits.Max(limit => limit.QueueLength) ?? 0,
            RefusedBy = [.. decision.DeniedByRateLimits.Select(limit => limit.RateLimitId)],
        };
    }

    private async Task CommitAsync(BudgetReservation reservation)
    {
        tally.Granted(HeldNanos);
        await reservation.CommitAsync();
        tally.Charged(HeldNanos, HeldNanos);
    }

    private async Task RefusedAsync(BudgetDecision decision)
    {
        tally.Denied();
        if (decision.Outcome != DecisionOutcome.RateLimited)
            tally.Surprise($"denied as {decision.Outcome}");
        if (job.TurnsPerSecond > 0)
            await Task.Delay(random.Next(50, 150));
    }

    private static long Now() => Microseconds(DateTimeOffset.UtcNow);

    private static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
