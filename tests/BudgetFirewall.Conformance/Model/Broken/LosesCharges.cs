using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Charges every scope but the last.</summary>
internal sealed class LosesCharges(IBudgetStore inner) : BrokenStore(inner)
{
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => call is { Kind: DecisionKind.Charge, BudgetCount: > 0 }
        ? Inner.DecideAsync(Changed(call, limits: call.Limits.SetItem(call.BudgetCount - 1, call.Limits[call.BudgetCount - 1] with { Take = 0 })))
        : Inner.DecideAsync(call);
}
