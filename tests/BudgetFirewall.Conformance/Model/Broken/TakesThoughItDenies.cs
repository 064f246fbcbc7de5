using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Takes permits from the buckets before a budget denies.</summary>
internal sealed class TakesThoughItDenies(IBudgetStore inner) : BrokenStore(inner)
{
    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await Inner.DecideAsync(call);
        if (answer.Status == DecisionStatus.Denied)
            await Inner.DecideAsync(Changed(call, DecisionKind.Check, operationId: Guid.NewGuid().ToString(), counters: [], buckets: [.. call.Buckets.Select(step => step with { NeedMicros = 0 })]));
        return answer;
    }
}
