using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Compares with a limit that is a nano too high when it spends.</summary>
internal sealed class AdmitsANanoTooMuch(IBudgetStore inner) : BrokenStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => call.Kind == DecisionKind.Spend
        ? Inner.DecideAsync(Changed(call, counters: [.. call.Counters.Select(Loosened)]))
        : Inner.DecideAsync(call);

    private static CounterStep Loosened(CounterStep step) => step.Rule.Family.Unit is null
        ? step with { Rule = new(step.Rule.Budget with { Limit = step.Rule.Budget.Limit + ModelWorld.Nano }) }
        : step;
}
