using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Recognises a repeated charge and makes it all the same.</summary>
internal sealed class ChargesReplaysAgain(IBudgetStore inner) : BrokenStore(inner)
{
    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await Inner.DecideAsync(call);
        if (answer.IsReplay && call.Kind == DecisionKind.Charge)
            await Inner.DecideAsync(Changed(call, operationId: call.OperationId + " again"));
        return answer;
    }
}
