using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Spends in two steps: looks whether it fits, and charges afterwards. Nothing is wrong with it as long as nobody else is about.</summary>
internal sealed class ChecksThenCharges(IBudgetStore inner) : BrokenStore(inner)
{
    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        if (call.Kind != DecisionKind.Spend)
            return await Inner.DecideAsync(call);
        var look = await Inner.DecideAsync(Changed(call, DecisionKind.Check, limits: [.. call.Limits.Select(demand => demand with { Take = 0 })]));
        await Task.Yield();
        return look.Status == DecisionStatus.Done ? await Inner.DecideAsync(Changed(call, DecisionKind.Charge)) : look;
    }
}
