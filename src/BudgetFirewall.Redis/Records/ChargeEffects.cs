using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The warnings and overruns of a charge, told from its events.</summary>
internal struct ChargeEffects(string operationId)
{
    private ImmutableArray<BudgetWarning>.Builder? _warnings;
    private ImmutableArray<BudgetOverrun>.Builder? _overruns;

    public readonly ImmutableArray<BudgetWarning> Warnings => _warnings?.ToImmutable() ?? [];

    public readonly ImmutableArray<BudgetOverrun> Overruns => _overruns?.ToImmutable() ?? [];

    /// <summary>Tells one counter's part.</summary>
    /// <param name="charged">What was charged to the counter.</param>
    /// <param name="told">The counter's event.</param>
    public void Add(HeldCounter charged, ChargeEvent told)
    {
        var rule = charged.Rule;
        if (rule.IsHard && told.Spent > rule.Limit)
            AddOverrun(charged, Math.Min(charged.Amount, told.Spent - rule.Limit));
        foreach (var threshold in rule.Thresholds)
        {
            if (told.Spent >= threshold.Amount && threshold.FractionMicros > told.WarnedBefore)
                AddWarning(charged, threshold, told.Spent);
        }
    }

    private void AddOverrun(HeldCounter charged, long amount) => (_overruns ??= ImmutableArray.CreateBuilder<BudgetOverrun>()).Add(new()
    {
        BudgetId = charged.Rule.Id,
        Scope = new(charged.Rule.ScopeKind, charged.ScopeId),
        Unit = charged.Rule.Unit,
        Amount = charged.Rule.ToDecimal(amount),
    });

    private void AddWarning(HeldCounter charged, WarnThreshold threshold, long spent) => (_warnings ??= ImmutableArray.CreateBuilder<BudgetWarning>()).Add(new()
    {
        BudgetId = charged.Rule.Id,
        Scope = new(charged.Rule.ScopeKind, charged.ScopeId),
        Period = charged.Rule.Family.Period,
        Unit = charged.Rule.Unit,
        Threshold = threshold.FractionMicros / 1_000_000m,
        Limit = charged.Rule.Budget.Limit,
        Spent = charged.Rule.ToDecimal(spent),
        PeriodStart = charged.Rule.Family.Period == BudgetPeriod.None ? null : new DateTimeOffset(charged.PeriodStart, TimeSpan.Zero),
        OperationId = operationId,
    });
}
