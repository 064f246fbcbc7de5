using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Compares with a limit that is a nano too high when it spends.</summary>
internal sealed class AdmitsANanoTooMuch(IBudgetStore inner) : BrokenStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => call.Kind == DecisionKind.Spend
        ? Inner.DecideAsync(Changed(call, limits: [.. call.Limits.Select(Loosened)]))
        : Inner.DecideAsync(call);

    private static LimitDemand Loosened(LimitDemand demand) => demand.Rule is CounterRule { Unit: null } rule
        ? demand with { Rule = new CounterRule(rule.Budget with { Limit = rule.Budget.Limit + ModelWorld.Nano }) }
        : demand;
}
