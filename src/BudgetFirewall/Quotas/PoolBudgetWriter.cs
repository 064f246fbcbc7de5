using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Sets the budgets of a pool's members, in atomic parts, for as long as the pool is as it was read.</summary>
internal sealed class PoolBudgetWriter(StoreCaller storeCaller, LimitsSource limitsSource, CatalogReader catalogReader, PoolStore poolStore)
{
    private const int BudgetsPerWrite = 256;
    private const int MaxAttempts = 64;

    /// <summary>The limits in force by the store's present catalog.</summary>
    public ValueTask<Limits> ReadAsync(string? partition, CancellationToken cancellationToken) => catalogReader.ReadAsync(partition, storeCaller.Begin(cancellationToken));

    /// <summary>Sets those budgets that are not set yet.</summary>
    /// <returns>False when others have changed the pool meanwhile. What was set until then was set before they went on.</returns>
    public async ValueTask<bool> SetAsync(StoredPool pool, IReadOnlyList<Budget> budgets, CancellationToken cancellationToken)
    {
        var limits = await ReadAsync(pool.Partition, cancellationToken).ConfigureAwait(false);
        foreach (var part in budgets.Chunk(BudgetsPerWrite))
        {
            for (var attempt = 0; ; attempt++)
            {
                ImmutableArray<LimitDefinition> changed = [.. part.Where(budget => !budget.Equals(limits.FindRunTimeBudget(budget.Id))).Select(LimitDefinition.Of)];
                if (changed.IsEmpty)
                    break;
                if (RunTimeTwinIn(changed, limits) is { } twin)
                {
                    var cause = new MemberCountedTwiceException(pool.Pool.Id, twin.Limit.Scope, twin.TwinId);
                    throw new BudgetStoreException($"{cause.Message} Remove that budget or the pool, which is not divided until then.", cause);
                }
                // The catalog's version was known before the pool is looked at. Whoever goes on after that changes the catalog, so that this write comes too late and fails.
                if (!await poolStore.IsStillAsync(pool, cancellationToken).ConfigureAwait(false))
                    return false;
                if (await SetAsync(pool.Partition, limits.CatalogVersion, changed, cancellationToken).ConfigureAwait(false))
                {
                    limits = limitsSource.Of(pool.Partition);
                    break;
                }
                if (attempt == MaxAttempts)
                    throw new BudgetStoreException("Others changed the limits faster than a pool could be divided.");
                limits = await ReadAsync(pool.Partition, cancellationToken).ConfigureAwait(false);
            }
        }
        return true;
    }

    /// <summary>Removes every budget of a pool.</summary>
    /// <returns>False when others have changed the pool meanwhile: who is late must not remove what was set for another pool with its id.</returns>
    public async ValueTask<bool> RemoveAllAsync(StoredPool pool, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var limits = await ReadAsync(pool.Partition, cancellationToken).ConfigureAwait(false);
            var version = limits.CatalogVersion;
            LimitKey[] keys = [.. limits.ScopesOfPool(pool.Pool.Id).Select(scope => new LimitKey(LimitKind.Budget, PoolBudgets.IdOf(pool.Pool.Id, scope)))];
            if (keys.Length == 0)
                return true;
            if (!await poolStore.IsStillAsync(pool, cancellationToken).ConfigureAwait(false))
                return false;
            foreach (var part in keys.Chunk(BudgetsPerWrite))
            {
                if (version is not null)
                    version = await RemoveAsync(pool.Partition, version, [.. part], cancellationToken).ConfigureAwait(false);
            }
        }
        throw new BudgetStoreException("Others changed the limits faster than a pool could be deleted.");
    }

    private ValueTask<string?> RemoveAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> removed, CancellationToken cancellationToken) => storeCaller.CallAsync(
        "catalog", static (store, remove) => store.RemoveLimitsAsync(remove.partition, remove.expectedVersion, remove.removed), (partition, expectedVersion, removed), storeCaller.Begin(cancellationToken));

    /// <summary>A budget that others have set since the pool's members were checked, and that counts what one of them is to count.</summary>
    private static (LimitDefinition Limit, string TwinId)? RunTimeTwinIn(ImmutableArray<LimitDefinition> changed, Limits limits) =>
        new LimitSet(changed, "pool").TwinIn(limits) is { } twin && limits.FindRunTimeBudget(twin.TwinId) is not null ? twin : null;

    /// <summary>Sets limits, and takes them up; false when others have changed the catalog since the version that is expected.</summary>
    private async ValueTask<bool> SetAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> changed, CancellationToken cancellationToken)
    {
        var version = await storeCaller.CallAsync(
            "catalog", static (store, set) => store.SetLimitsAsync(set.partition, set.expectedVersion, set.changed), (partition, expectedVersion, changed), storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
        if (version is null)
            return false;
        _ = limitsSource.Learn(partition, expectedVersion, new() { Version = version, Set = changed });
        return true;
    }
}
