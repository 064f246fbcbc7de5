using System.Collections.Immutable;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Checks what is asked of pools, and lets it be done.</summary>
internal sealed class QuotaService(
    SettingsSource settingsSource, PoolStore store, PoolBudgetWriter budgets, PoolWorker worker, PoolHistory history, ChangeReporter changes, string? by = null) : IQuotas
{
    private const int MaxPools = 100;
    private const int MaxPage = 1_000;

    // When several processes change one pool at the same time, one wins each round and the others read and try again.
    private const int MaxAttempts = 64;

    // Nine tenths: a member that has used so much is near its limit.
    private const int NeedTenths = 9;

    public IQuotas ChangedBy(string? name) => new QuotaService(settingsSource, store, budgets, worker, history, changes, Identifier.CheckOptional(name, nameof(name)));

    public async ValueTask<QuotaState?> AllocateAsync(QuotaPool pool, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        pool.CheckDivisible();
        return await AllocateInAsync(pool, Checked(partition), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<QuotaState?>> AllocateManyAsync(IReadOnlyCollection<QuotaPool> pools, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pools);
        partition = Checked(partition);
        if (pools.Count > MaxPools)
            throw new ArgumentException($"pools has {pools.Count} pools; at most {MaxPools} are allocated in one call.", nameof(pools));
        var (ids, counted) = (new HashSet<string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var pool in pools)
        {
            ArgumentNullException.ThrowIfNull(pool, nameof(pools));
            pool.CheckDivisible();
            if (!ids.Add(pool.Id))
                throw new ArgumentException(DisplayText.Escape($"pools has two pools with the id '{pool.Id}'."), nameof(pools));
            foreach (var budget in BudgetsOf(pool))
            {
                if (!counted.TryAdd(LimitDefinition.Of(budget).CountedThing, pool.Id))
                    throw new ArgumentException(DisplayText.Escape($"The member {budget.Scope} of the pool '{pool.Id}' would count what a member of the pool '{counted[LimitDefinition.Of(budget).CountedThing]}' counts."), nameof(pools));
            }
        }
        await CheckMembersAsync(pools, partition, cancellationToken).ConfigureAwait(false);
        var states = new List<QuotaState?>(pools.Count);
        foreach (var pool in pools)
            states.Add(await AllocateInAsync(pool, partition, cancellationToken).ConfigureAwait(false));
        return states;
    }

    public async ValueTask<QuotaState?> UpdateAsync(QuotaPool pool, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        pool.CheckDivisible();
        partition = Checked(partition);
        return await ChangeAsync(pool.Id, partition, async present =>
        {
            CheckCountsTheSame(present.Pool, pool);
            await CheckMembersAsync([pool], present.Partition, cancellationToken).ConfigureAwait(false);
            return present.Pool.Equals(pool) ? null : (PoolPlans.Redefine(present.State, pool), ChangesOf(partition, present.Pool, pool));
        }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> DeleteAsync(string poolId, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(poolId, nameof(poolId));
        partition = Checked(partition);
        return await RemoveAsync(partition, poolId, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<QuotaState?> GetAsync(string poolId, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(poolId, nameof(poolId));
        return await worker.ReadyAsync(Checked(partition), poolId, cancellationToken).ConfigureAwait(false) is { } pool ? QuotaState.Of(pool) : null;
    }

    public async ValueTask<IReadOnlyList<QuotaState>> ListAsync(int count = 100, string? afterId = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        PageCount.Check(count, MaxPage);
        Identifier.CheckOptional(afterId, nameof(afterId));
        partition = Checked(partition);
        var limits = await budgets.ReadAsync(partition, cancellationToken).ConfigureAwait(false);
        var states = new List<QuotaState>();
        foreach (var id in limits.PoolIds.Where(id => afterId is null || string.CompareOrdinal(id, afterId) > 0).Order(StringComparer.Ordinal))
        {
            if (await worker.ReadyAsync(partition, id, cancellationToken).ConfigureAwait(false) is { } pool)
                states.Add(QuotaState.Of(pool));
            if (states.Count == count)
                break;
        }
        return states;
    }

    public async ValueTask<IReadOnlyList<QuotaPeriod>?> GetHistoryAsync(string poolId, int count = 100, DateTimeOffset? before = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(poolId, nameof(poolId));
        PageCount.Check(count, MaxPage);
        partition = Checked(partition);
        if (await worker.ReadyAsync(partition, poolId, cancellationToken).ConfigureAwait(false) is not { } pool)
            return null;
        return await history.ReadAsync(pool, count, before, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<QuotaState?> ReallocateAsync(string poolId, IReadOnlyCollection<BudgetScope>? inNeed = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(poolId, nameof(poolId));
        return await ChangeAsync(poolId, Checked(partition), async present =>
        {
            var pool = present.Pool;
            if (pool.Strategy is not (QuotaStrategy.Reserved or QuotaStrategy.Dynamic))
                throw new ArgumentException(DisplayText.Escape($"The pool '{poolId}' has the strategy {pool.Strategy}, by which nobody borrows. Use Reserved or Dynamic."), nameof(poolId));
            if (inNeed?.FirstOrDefault(scope => pool.Members.All(member => member.Scope != scope)) is { Kind: not null } stranger)
                throw new ArgumentException(DisplayText.Escape($"inNeed has '{stranger}', which is no member of the pool '{poolId}'."), nameof(inNeed));
            var readings = await store.ReadPresentAsync(present, [.. pool.Members.Select(member => member.Scope)], cancellationToken).ConfigureAwait(false);
            var needy = inNeed is null ? NearTheirLimits(present.State, readings) : [.. inNeed];
            if (readings.Period.Start.Ticks != present.State.Period || needy.Count == 0)
                return null;
            var divided = PoolPlans.ToNeed(present.State, readings, needy);
            if (divided.Stage == PoolStage.Raising && divided.Amounts.SequenceEqual(present.State.Amounts))
                return null;
            return (changes.IsRecorded ? divided with { Reallocation = ReallocationBy(readings) } : divided, []);
        }, cancellationToken).ConfigureAwait(false);
    }

    private ReallocationData ReallocationBy(PoolReadings readings) => new() { At = readings.Now.UtcTicks, Used = [.. readings.Readings.Select(reading => reading?.Spent ?? 0)], By = by };

    private static HashSet<BudgetScope> NearTheirLimits(PoolState state, PoolReadings readings) =>
        [.. state.Pool.Members.Where((_, i) => (Int128)PoolPlans.KeptOf(readings.Readings[i]) * 10 >= (Int128)state.Amounts[i] * NeedTenths).Select(member => member.Scope)];

    private async ValueTask<QuotaState?> AllocateInAsync(QuotaPool pool, string? partition, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await worker.ReadyAsync(partition, pool.Id, cancellationToken).ConfigureAwait(false) is { } present)
                return present.Pool.Equals(pool) ? QuotaState.Of(present) : null;
            await CheckMembersAsync([pool], partition, cancellationToken).ConfigureAwait(false);
            var empty = new StoredPool(partition, Version: "", new PoolState { Definition = PoolData.Of(pool) });
            var period = (await store.ReadPresentAsync(empty, [pool.Members[0].Scope], cancellationToken).ConfigureAwait(false)).Period;
            if (await BeginAsync(empty, PoolPlans.Begin(pool, period), cancellationToken).ConfigureAwait(false) is { } made)
                return made.Pool.Equals(pool) ? QuotaState.Of(made) : null;
        }
        throw TooFast(pool.Id);
    }

    private async ValueTask<StoredPool?> BeginAsync(StoredPool empty, PoolState state, CancellationToken cancellationToken)
    {
        try
        {
            return await worker.ChangeAsync(empty, state, ChangesOf(empty.Partition, before: null, state.Pool), cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetStoreException e) when (e.InnerException is MemberCountedTwiceException cause)
        {
            // Somebody has set a budget since the members were checked: it was there first.
            await RemoveAsync(empty.Partition, state.Pool.Id, cancellationToken).ConfigureAwait(false);
            throw new ArgumentException(cause.Message, "pool", cause);
        }
    }

    /// <summary>Deletes a pool; false for one that is not there.</summary>
    private async ValueTask<bool> RemoveAsync(string? partition, string poolId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // A division on its way need not be finished, and may be one that cannot be.
            if (await store.ReadAsync(partition, poolId, cancellationToken).ConfigureAwait(false) is not { } pool)
                return attempt > 0;
            var isMine = pool.State.Stage != PoolStage.Removing;
            var removing = pool.State with { Stage = PoolStage.Removing, Target = [] };
            if (isMine && await store.WriteAsync(pool, removing, ChangesOf(partition, pool.Pool, after: null), cancellationToken).ConfigureAwait(false) is null)
                continue;
            await worker.ReadyAsync(partition, poolId, cancellationToken).ConfigureAwait(false);
            return isMine || attempt > 0;
        }
        throw TooFast(poolId);
    }

    /// <summary>Changes a pool by its present state; null for none where nothing is to be changed.</summary>
    private async ValueTask<QuotaState?> ChangeAsync(
        string poolId, string? partition, Func<StoredPool, ValueTask<(PoolState State, ImmutableArray<LimitChange> Changes)?>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await worker.ReadyAsync(partition, poolId, cancellationToken).ConfigureAwait(false) is not { } present)
                return null;
            if (await change(present).ConfigureAwait(false) is not var (state, recorded))
                return QuotaState.Of(present);
            if (await worker.ChangeAsync(present, state, recorded, cancellationToken).ConfigureAwait(false) is { } changed)
                return QuotaState.Of(changed);
        }
        throw TooFast(poolId);
    }

    private async ValueTask CheckMembersAsync(IReadOnlyCollection<QuotaPool> pools, string? partition, CancellationToken cancellationToken)
    {
        var limits = await budgets.ReadAsync(partition, cancellationToken).ConfigureAwait(false);
        var member = pools.Count == 1 ? "pool" : nameof(pools);
        var set = new LimitSet([.. pools.SelectMany(BudgetsOf).Select(LimitDefinition.Of)], member);
        if (set.TwinIn(limits) is { } twin)
            throw new ArgumentException(DisplayText.Escape($"The member {twin.Limit.Scope} of the pool '{twin.Limit.Budget!.PoolId}' would count what the active budget '{twin.TwinId}' counts ({twin.Limit.CountedThing})."), member);
        if (set.CrowdIn(limits) is { } crowded)
            throw set.Crowded(crowded);
    }

    /// <summary>The changes that a ledger is told of a pool.</summary>
    private ImmutableArray<LimitChange> ChangesOf(string? partition, QuotaPool? before, QuotaPool? after) =>
        changes.OfPool(partition, (after ?? before)!.Id, () => (JsonOf(before), JsonOf(after)), by);

    private static string? JsonOf(QuotaPool? pool) => pool is null ? null : JsonSerializer.Serialize(PoolData.Of(pool), PoolJsonContext.Default.PoolData);

    private static IEnumerable<Budget> BudgetsOf(QuotaPool pool) => pool.Members.Select(member => PoolBudgets.Of(pool, member.Scope, amount: 0));

    private static void CheckCountsTheSame(QuotaPool before, QuotaPool pool)
    {
        string? changed = pool.Unit != before.Unit ? nameof(pool.Unit)
            : pool.Period != before.Period ? nameof(pool.Period)
            : pool.TimeZone != before.TimeZone ? nameof(pool.TimeZone)
            : LimitDefinition.Of(PoolBudgets.Of(pool, pool.Members[0].Scope, 0)).CountedThing != LimitDefinition.Of(PoolBudgets.Of(before, pool.Members[0].Scope, 0)).CountedThing ? "Its filters or its enforcement"
            : null;
        if (changed is not null)
            throw new ArgumentException(DisplayText.Escape($"{changed} must be as before: what the pool '{pool.Id}' counts cannot be changed. Delete it, and allocate another."), nameof(pool));
    }

    private string? Checked(string? partition) => Partitions.Check(partition, settingsSource.Current.PartitionBy);

    private static BudgetStoreException TooFast(string poolId) => new(DisplayText.Escape($"Others changed the pool '{poolId}' faster than it could be changed."));
}
