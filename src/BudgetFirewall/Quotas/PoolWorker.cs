using System.Collections.Immutable;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Brings pools to where they are to be: whatever another process has begun is finished, and a period that nobody has renewed yet is. Every step is written into the pool's document if that is
/// still the one that was read, so that several processes may do the same at a time, and each may end at any moment.
/// </summary>
internal sealed class PoolWorker(PoolStore store, PoolBudgetWriter budgets, PoolAllowances allowances, SettingsSource settingsSource, FirewallEvents events, TimeProvider timeProvider, ILogger logger)
{
    private const int MaxSteps = 256;
    private const int GrantsAtOnce = 64;

    /// <summary>The pool, divided for the present period; null when there is none, or it has just been deleted.</summary>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<StoredPool?> ReadyAsync(string? partition, string poolId, CancellationToken cancellationToken)
    {
        var pool = await store.ReadAsync(partition, poolId, cancellationToken).ConfigureAwait(false);
        for (var step = 0; step < MaxSteps && pool is not null; step++)
        {
            var next = await StepAsync(pool, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(next, pool))
                return pool;
            pool = next ?? await store.ReadAsync(partition, poolId, cancellationToken).ConfigureAwait(false);
        }
        return pool is null ? null : throw new BudgetStoreException(DisplayText.Escape($"Others changed the pool '{poolId}' faster than it could be divided."));
    }

    /// <summary>Writes another state of a pool, of which a ledger is told, and brings it to where it is to be; null when others have changed the pool since it was read.</summary>
    public async ValueTask<StoredPool?> ChangeAsync(StoredPool pool, PoolState state, ImmutableArray<LimitChange> recorded, CancellationToken cancellationToken) =>
        await store.WriteAsync(pool, state, recorded, cancellationToken).ConfigureAwait(false) is null
            ? null
            : await ReadyAsync(pool.Partition, state.Pool.Id, cancellationToken).ConfigureAwait(false);

    /// <summary>Does the next step.</summary>
    /// <returns>The pool after it; the same one when there is nothing to do; null when it has to be read again.</returns>
    private ValueTask<StoredPool?> StepAsync(StoredPool pool, CancellationToken cancellationToken) => pool.State switch
    {
        { Stage: PoolStage.Removing } => RemoveAsync(pool, cancellationToken),
        { Ended.Length: > 0 } => RecordAsync(pool, cancellationToken),
        { Stage: PoolStage.Lowering } => LowerAsync(pool, cancellationToken),
        { Stage: PoolStage.Raising } => RaiseAsync(pool, cancellationToken),
        { Stage: PoolStage.Divided } => RenewAsync(pool, cancellationToken),
        _ => throw new InvalidOperationException($"There is no stage {pool.State.Stage}."),
    };

    private async ValueTask<StoredPool?> LowerAsync(StoredPool pool, CancellationToken cancellationToken)
    {
        var state = pool.State;
        int[] lowered = [.. PoolPlans.Lowered(state)];
        BudgetScope[] retiring = [.. state.Retiring.Select(member => BudgetScope.Parse(member.Scope))];
        Budget[] lower =
        [
            .. lowered.Select(i => PoolBudgets.Of(pool.Pool, pool.Pool.Members[i].Scope, state.Target[i])),
            .. retiring.Select(scope => PoolBudgets.Of(pool.Pool, scope, amount: 0)),
        ];
        if (!await budgets.SetAsync(pool, lower, cancellationToken).ConfigureAwait(false))
            return null;
        // From now on no decision goes by the limits of before, so that what is spent and held within them cannot grow any more.
        int[] asked = PoolPlans.Shrinks(state) ? [.. Enumerable.Range(0, state.Amounts.Length)] : lowered;
        var readings = await store.ReadPresentAsync(pool, [.. asked.Select(i => pool.Pool.Members[i].Scope), .. retiring], cancellationToken).ConfigureAwait(false);
        // Counters of a new period do not tell what is used of this one.
        if (readings.Period.Start.Ticks > state.Period)
            return await RenewAsync(pool, readings.Period, cancellationToken).ConfigureAwait(false);
        var kept = new long[state.Amounts.Length];
        for (var k = 0; k < asked.Length; k++)
            kept[asked[k]] = PoolPlans.KeptOf(readings.Readings[k]);
        long[] keptOfRetiring = [.. retiring.Select((_, k) => PoolPlans.KeptOf(readings.Readings[asked.Length + k]))];
        return await store.WriteAsync(pool, PoolPlans.Settle(state, kept, keptOfRetiring), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<StoredPool?> RaiseAsync(StoredPool pool, CancellationToken cancellationToken)
    {
        var state = pool.State;
        Budget[] all =
        [
            .. pool.Pool.Members.Select((member, i) => PoolBudgets.Of(pool.Pool, member.Scope, state.Amounts[i])),
            // Removing them would bring a member that is configured back. A budget that is switched off counts nothing.
            .. state.Retiring.Select(member => PoolBudgets.Of(pool.Pool, BudgetScope.Parse(member.Scope), amount: 0, isActive: false)),
        ];
        if (!await budgets.SetAsync(pool, all, cancellationToken).ConfigureAwait(false))
            return null;
        QuotaLog.Divided(logger, pool.Pool.Id, pool.Pool.Members.Count);
        var divided = await store.WriteDividedAsync(pool, cancellationToken).ConfigureAwait(false);
        // Others may do the same step at the same time; one of them tells of it.
        if (divided is not null && events.IsHeard)
            events.Raise(EventMaker.OfDivision(pool.Partition, pool.Pool, timeProvider.GetUtcNow()));
        return divided;
    }

    private async ValueTask<StoredPool?> RecordAsync(StoredPool pool, CancellationToken cancellationToken)
    {
        var state = pool.State;
        await RecordAsync(pool, state.Ended, cancellationToken).ConfigureAwait(false);
        foreach (var part in Enumerable.Range(0, state.RolledOver.Length).Where(i => state.RolledOver[i] > 0).Chunk(GrantsAtOnce))
            await Task.WhenAll(part.Select(i => allowances.RollOverAsync(pool, i, cancellationToken))).ConfigureAwait(false);
        QuotaLog.Renewed(logger, pool.Pool.Id, new(state.Period, TimeSpan.Zero), state.Ended.Length);
        var recorded = await store.WriteAsync(pool, state with { Ended = [] }, cancellationToken).ConfigureAwait(false);
        if (recorded is not null && events.IsHeard)
            events.Raise(EventMaker.OfRenewal(pool.Partition, pool.Pool, new(state.Period, TimeSpan.Zero), timeProvider.GetUtcNow()));
        return recorded;
    }

    private async ValueTask RecordAsync(StoredPool pool, IEnumerable<PeriodData> periods, CancellationToken cancellationToken)
    {
        foreach (var ended in periods)
        {
            var keptUntil = new DateTimeOffset(ended.End, TimeSpan.Zero) + settingsSource.Current.QuotaHistory;
            await store.RecordAsync(pool, ended, keptUntil, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<StoredPool?> RenewAsync(StoredPool pool, CancellationToken cancellationToken)
    {
        var present = await PresentAsync(pool, cancellationToken).ConfigureAwait(false);
        return present.Start.Ticks <= pool.State.Period ? pool : await RenewAsync(pool, present, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<StoredPool?> RenewAsync(StoredPool pool, PeriodWindow present, CancellationToken cancellationToken) =>
        await store.WriteAsync(pool, await RenewedAsync(pool, present, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async ValueTask<PoolState> RenewedAsync(StoredPool pool, PeriodWindow present, CancellationToken cancellationToken)
    {
        BudgetScope[] scopes = [.. pool.Pool.Members.Select(member => member.Scope)];
        var ended = new List<PoolReadings>();
        foreach (var period in PoolRenewal.EndedPeriods(pool.State, present))
            ended.Add(await store.ReadCountersAsync(pool, scopes, period, cancellationToken).ConfigureAwait(false));
        return PoolRenewal.Renew(pool.State, ended, present);
    }

    private async ValueTask<PeriodWindow> PresentAsync(StoredPool pool, CancellationToken cancellationToken) =>
        (await store.ReadPresentAsync(pool, [pool.Pool.Members[0].Scope], cancellationToken).ConfigureAwait(false)).Period;

    private async ValueTask<StoredPool?> RemoveAsync(StoredPool pool, CancellationToken cancellationToken)
    {
        // What has ended is recorded, whether or not somebody renewed the pool for the period in which it is deleted.
        await RecordAsync(pool, pool.State.Ended, cancellationToken).ConfigureAwait(false);
        if (await PresentAsync(pool, cancellationToken).ConfigureAwait(false) is var present && present.Start.Ticks > pool.State.Period)
            await RecordAsync(pool, (await RenewedAsync(pool, present, cancellationToken).ConfigureAwait(false)).Ended, cancellationToken).ConfigureAwait(false);
        BudgetScope[] scopes = [.. pool.Pool.Members.Select(member => member.Scope), .. pool.State.Retiring.Select(member => BudgetScope.Parse(member.Scope))];
        if (!await budgets.SetAsync(pool, [.. scopes.Select(scope => PoolBudgets.Of(pool.Pool, scope, amount: 0, isActive: false))], cancellationToken).ConfigureAwait(false))
            return null;
        if (!await budgets.RemoveAllAsync(pool, cancellationToken).ConfigureAwait(false))
            return null;
        await store.RemoveAsync(pool, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
