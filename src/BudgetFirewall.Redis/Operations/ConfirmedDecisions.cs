using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Decisions that are given only when enough replicas have them. A reservation that has too few is released.</summary>
internal sealed class ConfirmedDecisions(DecisionOperation decisions, SettleOperation settlements, ReplicaWait replicas, ScriptCaller caller)
{
    public async ValueTask<DecisionAnswer> RunAsync(DecisionCall call, Partition partition)
    {
        var start = caller.Begin();
        var answer = await decisions.RunAsync(call, partition).ConfigureAwait(false);
        if (answer.Status != DecisionStatus.Done || call.Kind is DecisionKind.Check or DecisionKind.CheckRateLimits || await replicas.IsConfirmedAsync(partition).ConfigureAwait(false))
            return answer;
        // A replayed reservation may be in use by the caller that it was granted to before. So may this one, if its caller has stopped waiting and asked again.
        var mayBeInUse = answer.IsReplay || (call.Retention is not null && !caller.IsWaitedFor(start));
        if (answer.Reservation is not { } reservation || mayBeInUse)
            throw replicas.TooFew(mayHaveHappened: true);
        await settlements.UndoAsync(reservation, partition).ConfigureAwait(false);
        throw replicas.TooFew(mayHaveHappened: false);
    }
}
