using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Compares with a limit that is a nano too high when it spends.</summary>
internal sealed class AdmitsANanoTooMuch(IBudgetStore inner) : BrokenStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => call.Kind == DecisionKind.Spend
        ? Inner.DecideAsync(Changed(call, limits: [.. call.Limits.Select(Loosened)]))
        : Inner.DecideAsync(call);

    private static LimitStep Loosened(LimitStep step) => step.Rule is CounterRule { Unit: null } rule
        ? step with { Rule = new CounterRule(rule.Budget with { Limit = rule.Budget.Limit + ModelWorld.Nano }) }
        : step;
}
