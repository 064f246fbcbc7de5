using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>The warnings and overruns that the charges of one call cause. Not thread-safe.</summary>
public struct ChargeEffects
{
    private readonly DecisionCall? _call;
    private readonly HeldReservation? _reservation;
    private ImmutableArray<BudgetWarning>.Builder? _warnings;
    private ImmutableArray<BudgetOverrun>.Builder? _overruns;

    /// <summary>The effects of a spend or charge.</summary>
    /// <param name="call">The call.</param>
    public ChargeEffects(DecisionCall call) => _call = call;

    /// <summary>The effects of a commit.</summary>
    /// <param name="reservation">The reservation that is committed.</param>
    public ChargeEffects(HeldReservation reservation) => _reservation = reservation;

    /// <summary>The warnings that fired; empty when none did.</summary>
    public readonly ImmutableArray<BudgetWarning> Warnings => _warnings?.ToImmutable() ?? [];

    /// <summary>The amounts beyond the limits of budgets that deny; empty when there are none.</summary>
    public readonly ImmutableArray<BudgetOverrun> Overruns => _overruns?.ToImmutable() ?? [];

    /// <summary>Adds the effects of charging one counter. Each warning fraction that is reached for the first time fires.</summary>
    /// <param name="charged">The counter, and the amount that was charged to it.</param>
    /// <param name="spent">The amount spent after the charge, in nanos or micros.</param>
    /// <param name="allowance">The counter's allowance, in nanos or micros.</param>
    /// <param name="warnedFractionMicros">The highest fraction of the counter that has fired before, in millionths; 0 for none.</param>
    /// <returns>The highest fraction that has fired by now, in millionths.</returns>
    public long Add(in HeldCounter charged, long spent, long allowance, long warnedFractionMicros)
    {
        var rule = charged.Rule;
        if (rule.Enforcement.Denies && rule.Overrun(charged.Amount, spent, allowance) is > 0 and var overrun)
            AddOverrun(rule, charged.ScopeId, overrun);
        foreach (var threshold in rule.Thresholds)
        {
            if (!rule.HasReached(threshold, spent, allowance))
                break;
            if (threshold.FractionMicros <= warnedFractionMicros)
                continue;
            warnedFractionMicros = threshold.FractionMicros;
            AddWarning(charged, threshold, spent, allowance);
        }
        return warnedFractionMicros;
    }

    private void AddOverrun(CounterRule rule, string scopeId, long amount) =>
        (_overruns ??= ImmutableArray.CreateBuilder<BudgetOverrun>()).Add(new()
        {
            BudgetId = rule.Id,
            Name = rule.Budget.Name,
            Scope = new(rule.ScopeKind, scopeId),
            Unit = rule.Unit,
            Amount = rule.ToDecimal(amount),
        });

    private void AddWarning(in HeldCounter charged, WarnThreshold threshold, long spent, long allowance)
    {
        var rule = charged.Rule;
        (_warnings ??= ImmutableArray.CreateBuilder<BudgetWarning>()).Add(new()
        {
            BudgetId = rule.Id,
            Name = rule.Budget.Name,
            Scope = new(rule.ScopeKind, charged.ScopeId),
            Period = rule.Budget.Period,
            Unit = rule.Unit,
            Threshold = threshold.FractionMicros / 1_000_000m,
            Limit = rule.Budget.Limit,
            Allowance = rule.ToDecimal(allowance),
            Spent = rule.ToDecimal(spent),
            PeriodStart = rule.Family.Calendar.IsEndless ? null : new DateTimeOffset(charged.PeriodStart, TimeSpan.Zero),
            OperationId = _call?.OperationId ?? _reservation!.OperationId,
        });
    }
}
