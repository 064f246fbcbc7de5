using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A client of a store whose first answers about ended approvals and allowances are lost, so that it asks again before it answers.</summary>
public sealed class AnswersAreLost(IBudgetStore inner) : StoreDecorator(inner)
{
    public override async ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call)
    {
        await base.DecideApprovalAsync(call);
        return await base.DecideApprovalAsync(call);
    }

    // Not every store remembers an id that was made up for one call: the answer is what one says that does.
    public override async ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        var answer = await base.GrantAsync(call);
        return new() { Status = answer.Status, Now = answer.Now, IsReplay = true, Moved = answer.Moved, Reading = answer.Reading };
    }
}
