using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Asks the store for limits that follow from use: once for each scope, period and process. Callers who need the same one at the same time share one question.
/// </summary>
internal sealed class LimitFreezer(StoreCaller storeCaller, FrozenLimits known, TimedLimits timedLimits)
{
    // Scopes that share a turn wait for each other, which matters little: a turn is one or two round trips, once a period.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Learns the limits of a call that are open.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="limits">The limits of the call.</param>
    /// <param name="plannedAt">The moment for which the call was planned.</param>
    /// <param name="deadline">The deadline that ends the waiting.</param>
    /// <returns>The moment for which the call is to be planned anew.</returns>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<DateTimeOffset> FreezeAsync(string? partition, ImmutableArray<LimitDemand> limits, DateTimeOffset plannedAt, StoreDeadline deadline)
    {
        var now = plannedAt;
        foreach (var demand in limits)
        {
            if (demand.Rule is CounterRule { IsLimitOpen: true } rule)
                now = await FreezeAsync(partition, rule, demand.ScopeId, now, deadline).ConfigureAwait(false);
        }
        return now;
    }

    private async ValueTask<DateTimeOffset> FreezeAsync(string? partition, CounterRule rule, string scopeId, DateTimeOffset plannedAt, StoreDeadline deadline)
    {
        var turn = _turns[(int)(unchecked((uint)HashCode.Combine(partition, rule.FrozenLimitName, scopeId)) % (uint)_turns.Length)];
        await storeCaller.WaitForTurnAsync(turn, deadline).ConfigureAwait(false);
        try
        {
            var valid = PeriodWindow.Always;
            // Another caller has asked while this one waited.
            if (known.Find(partition, rule, scopeId, plannedAt, ref valid) is not null)
                return plannedAt;
            var frozen = await storeCaller.CallAsync(
                "limit",
                static (store, asked) => store.FreezeLimitAsync(asked.partition, asked.rule, asked.scopeId),
                (partition, rule, scopeId),
                deadline).ConfigureAwait(false);
            known.Learn(partition, rule, scopeId, frozen);
            timedLimits.Learn(frozen.Now);
            return frozen.Now;
        }
        finally
        {
            turn.Release();
        }
    }
}
