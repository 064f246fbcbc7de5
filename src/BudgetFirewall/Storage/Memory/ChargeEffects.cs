using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>The warnings and overruns that the charges of one step cause.</summary>
internal struct ChargeEffects
{
    private ImmutableArray<BudgetWarning>.Builder? _warnings;
    private ImmutableArray<BudgetOverrun>.Builder? _overruns;
    private readonly DecisionCall? _call;
    private readonly HeldReservation? _reservation;

    public ChargeEffects(DecisionCall call) => _call = call;

    public ChargeEffects(HeldReservation reservation) => _reservation = reservation;

    public readonly ImmutableArray<BudgetWarning> Warnings => _warnings?.ToImmutable() ?? [];

    public readonly ImmutableArray<BudgetOverrun> Overruns => _overruns?.ToImmutable() ?? [];

    /// <summary>Charges a counter; each warning fraction that is reached for the first time fires.</summary>
    public void Charge(Counter counter, CounterRule rule, string scopeId, DateTime periodStart, long amount)
    {
        counter.Charge(amount);
        if (rule.IsHard && counter.Spent > rule.Limit)
            AddOverrun(rule, scopeId, Math.Min(amount, counter.Spent - rule.Limit));
        foreach (var threshold in rule.Thresholds)
        {
            if (counter.Spent < threshold.Amount)
                return;
            if (threshold.FractionMicros <= counter.WarnedFractionMicros)
                continue;
            counter.Warned(threshold.FractionMicros);
            AddWarning(rule, scopeId, periodStart, threshold, counter.Spent);
        }
    }

    private void AddOverrun(CounterRule rule, string scopeId, long amount) =>
        (_overruns ??= ImmutableArray.CreateBuilder<BudgetOverrun>()).Add(new()
        {
            BudgetId = rule.Id,
            Scope = new(rule.ScopeKind, scopeId),
            Unit = rule.Unit,
            Amount = rule.ToDecimal(amount),
        });

    private void AddWarning(CounterRule rule, string scopeId, DateTime periodStart, WarnThreshold threshold, long spent) =>
        (_warnings ??= ImmutableArray.CreateBuilder<BudgetWarning>()).Add(new()
        {
            BudgetId = rule.Id,
            Scope = new(rule.ScopeKind, scopeId),
            Period = rule.Family.Period,
            Unit = rule.Unit,
            Threshold = threshold.FractionMicros / 1_000_000m,
            Limit = rule.Budget.Limit,
            Spent = rule.ToDecimal(spent),
            PeriodStart = rule.Family.Period == BudgetPeriod.None ? null : new DateTimeOffset(periodStart, TimeSpan.Zero),
            OperationId = _call?.OperationId ?? _reservation!.OperationId,
        });
}
