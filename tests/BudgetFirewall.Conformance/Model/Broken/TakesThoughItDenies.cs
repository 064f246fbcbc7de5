using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Takes permits from the buckets before a budget denies.</summary>
internal sealed class TakesThoughItDenies(IBudgetStore inner) : BrokenStore(inner)
{
    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await Inner.DecideAsync(call);
        if (answer.Status == DecisionStatus.Denied)
            await Inner.DecideAsync(Changed(call, DecisionKind.Check, operationId: Guid.NewGuid().ToString(), limits: [.. call.Limits.Skip(call.BudgetCount).Select(demand => demand with { Need = 0 })]));
        return answer;
    }
}
