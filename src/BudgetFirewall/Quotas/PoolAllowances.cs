using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The allowances of a pool's members: what is rolled over, and what is taken out of the pool's undivided rest.</summary>
internal sealed class PoolAllowances(StoreCaller storeCaller, DenialCache denials)
{
    /// <summary>How much longer than its period an allowance's operation is remembered, so that nobody who is late gives it again.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>Gives a member what is rolled over into the period that the pool is divided for, once, whoever does it and however often.</summary>
    public async Task RollOverAsync(StoredPool pool, int member, CancellationToken cancellationToken)
    {
        var (state, scope) = (pool.State, pool.Pool.Members[member].Scope);
        var period = pool.Pool.Calendar.At(new(state.Period, TimeSpan.Zero));
        var call = new AllowanceCall
        {
            Partition = pool.Partition,
            Rule = new(PoolBudgets.Of(pool.Pool, scope, state.Amounts[member]), LimitSource.RunTime),
            ScopeId = scope.Id,
            Amount = state.RolledOver[member],
            Validity = period,
            Reason = "Rolled over from the period before.",
            OperationScope = PoolBudgets.IdOf(pool.Pool.Id, scope),
            OperationId = FormattableString.Invariant($"rollover/{state.Period}"),
            Retention = period.End - period.Start + Slack,
        };
        // Where the period is over meanwhile, or the counter has as much as can be counted, nothing is to be given any more.
        await storeCaller.CallAsync("quotas", static (store, grant) => store.GrantAsync(grant), call, storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
        denials.MadeRoom(pool.Partition, call.Rule.Family, scope.Id);
    }
}
