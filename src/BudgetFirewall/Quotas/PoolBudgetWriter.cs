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
                // The catalog's version was known before the pool is looked at. Whoever goes on after that changes the catalog, so that this write comes too late and fails.
                if (!await poolStore.IsStillAsync(pool, cancellationToken).ConfigureAwait(false))
                    return false;
                if (await SetAsync(pool.Partition, limits.CatalogVersion, changed, cancellationToken).ConfigureAwait(false) is { } known)
                {
                    limits = known;
                    break;
                }
                if (attempt == MaxAttempts)
                    throw new BudgetStoreException("Others changed the limits faster than a pool could be divided.");
                limits = await ReadAsync(pool.Partition, cancellationToken).ConfigureAwait(false);
            }
        }
        return true;
    }

    public ValueTask<bool> RemoveAsync(StoredPool pool, BudgetScope scope, CancellationToken cancellationToken) => storeCaller.CallAsync(
        "catalog",
        static (store, remove) => store.RemoveLimitAsync(remove.Partition, remove.key),
        (pool.Partition, key: new LimitKey(LimitKind.Budget, PoolBudgets.IdOf(pool.Pool.Id, scope))),
        storeCaller.Begin(cancellationToken));

    private async ValueTask<Limits?> SetAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> changed, CancellationToken cancellationToken)
    {
        var version = await storeCaller.CallAsync(
            "catalog", static (store, set) => store.SetLimitsAsync(set.partition, set.expectedVersion, set.changed), (partition, expectedVersion, changed), storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
        if (version is null)
            return null;
        var known = limitsSource.Learn(partition, expectedVersion, new() { Version = version, Set = changed });
        return known is not null && known.CatalogVersion == version ? known : await ReadAsync(partition, cancellationToken).ConfigureAwait(false);
    }
}
