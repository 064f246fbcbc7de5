using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around that of memory, which records every change of a counter once the store has answered.</summary>
/// <param name="inner">The store.</param>
/// <param name="entries">Makes the entries.</param>
/// <param name="feed">Delivers them.</param>
internal sealed class LedgerStore(IBudgetStore inner, EntryFactory entries, LedgerFeed feed) : DelegatingBudgetStore(inner)
{
    /// <exception cref="BudgetStoreException">Too many entries wait, and the call is not a charge.</exception>
    public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        LedgerBacklog.Check(call, feed);
        var answering = Inner.DecideAsync(call);
        return answering.IsCompletedSuccessfully ? new(Recorded(call, answering.Result)) : AwaitAsync(call, answering);
    }

    public override ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        var answering = Inner.SettleAsync(call);
        return answering.IsCompletedSuccessfully ? new(Recorded(call, answering.Result)) : AwaitAsync(call, answering);
    }

    public override async ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId)
    {
        var reset = await Inner.ResetAsync(partition, family, scopeId).ConfigureAwait(false);
        if (reset is { Spent: not 0 } done)
            feed.Record(entries.OfReset(partition, family, scopeId, done));
        return reset;
    }

    public override async ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        var answer = await Inner.GrantAsync(call).ConfigureAwait(false);
        if (answer is { Status: AllowanceStatus.Done, IsReplay: false, Moved: not 0 })
            feed.Record(entries.OfAllowance(call, answer));
        return answer;
    }

    public override async ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call)
    {
        var answer = await Inner.DecideApprovalAsync(call).ConfigureAwait(false);
        if (answer is { Status: DecideApprovalStatus.Done, IsReplay: false, Approval: { Amount: > 0 } approval })
            feed.Record(entries.OfApproval(call, approval, answer.Now));
        return answer;
    }

    private async ValueTask<DecisionAnswer> AwaitAsync(DecisionCall call, ValueTask<DecisionAnswer> answering) => Recorded(call, await answering.ConfigureAwait(false));

    private async ValueTask<SettleAnswer> AwaitAsync(SettleCall call, ValueTask<SettleAnswer> answering) => Recorded(call, await answering.ConfigureAwait(false));

    private DecisionAnswer Recorded(DecisionCall call, DecisionAnswer answer)
    {
        if (answer is { Status: DecisionStatus.Done, IsReplay: false } && call.Kind is DecisionKind.Charge or DecisionKind.Spend)
            feed.Record(entries.OfCharge(call, answer));
        return answer;
    }

    private SettleAnswer Recorded(SettleCall call, SettleAnswer answer)
    {
        if (answer is { Status: SettleStatus.Done, IsReplay: false } && call.IsCommit)
            feed.Record(entries.OfCommit(call, answer));
        return answer;
    }
}
