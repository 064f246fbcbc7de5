using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around that of a replay. It hears what is decided, and gives turns at once, so that nobody waits. Not thread-safe, as a replay is not.</summary>
internal sealed class ReplayStore(IBudgetStore inner, ScoreCard score) : DelegatingBudgetStore(inner), IDecisionListener
{
    private const decimal MicrosPerUnit = 1_000_000m;

    /// <summary>The last decision; null before the first.</summary>
    public ReplayDecision? Last { get; set; }

    public void Decided(BudgetRequest request, DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome) => Last = new(call, answer, outcome);

    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var deciding = base.DecideAsync(call);
        return deciding.IsCompletedSuccessfully ? new(Heard(call, deciding.Result)) : AwaitAsync(call, deciding);
    }

    /// <summary>Commits what a reservation holds, by the amount that was charged in fact.</summary>
    /// <returns>False where the reservation is not there any more.</returns>
    public async ValueTask<bool> CommitAsync(HeldReservation reservation, LedgerEntry entry)
    {
        var answer = await SettleAsync(new()
        {
            Reservation = reservation,
            IsCommit = true,
            CostNanos = entry.AmountNanos,
            Amounts = [.. reservation.Counters.Select(held => held.Rule.Unit is { } unit ? MicrosOf(unit, entry.Usage) ?? held.Amount : entry.AmountNanos)],
            TakesMicros = entry.Usage is null ? [] : [.. reservation.RateLimits.Select(limit => limit.Rule.Unit is { } unit ? MicrosOf(unit, entry.Usage) ?? 0 : limit.Take)],
            Usage = entry.Usage,
        }).ConfigureAwait(false);
        if (answer.Status != SettleStatus.Done)
            return false;
        for (var i = 0; i < answer.Readings.Length; i++)
            score.Read(reservation.Counters[i].Rule, reservation.Counters[i].ScopeId, answer.Readings[i], answer.Now);
        return true;
    }

    private async ValueTask<DecisionAnswer> AwaitAsync(DecisionCall call, ValueTask<DecisionAnswer> deciding) => Heard(call, await deciding.ConfigureAwait(false));

    private DecisionAnswer Heard(DecisionCall call, DecisionAnswer answer)
    {
        if (answer.Status == DecisionStatus.Done)
            score.Read(call, answer);
        return answer.Wait == TimeSpan.Zero ? answer : AtOnce(answer);
    }

    private static DecisionAnswer AtOnce(DecisionAnswer answer) => new()
    {
        Status = answer.Status,
        Now = answer.Now,
        IsReplay = answer.IsReplay,
        CostNanos = answer.CostNanos,
        IsCostUnknown = answer.IsCostUnknown,
        Readings = answer.Readings,
        Judgements = answer.Judgements,
        Reservation = answer.Reservation,
        Overruns = answer.Overruns,
        Warnings = answer.Warnings,
    };

    // A usage that does not name the unit has used none of it; without a usage, what was held is charged.
    private static long? MicrosOf(string unit, BudgetUsage? usage) =>
        usage is null ? null : usage.TryGetUnit(unit, out var amount) ? decimal.ToInt64(decimal.Ceiling(amount * MicrosPerUnit)) : 0;
}
