using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Charges every scope but the last.</summary>
internal sealed class LosesCharges(IBudgetStore inner) : BrokenStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => call is { Kind: DecisionKind.Charge, Counters.Length: > 0 }
        ? Inner.DecideAsync(Changed(call, counters: call.Counters.SetItem(call.Counters.Length - 1, call.Counters[^1] with { Amount = 0 })))
        : Inner.DecideAsync(call);
}
