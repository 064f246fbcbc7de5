using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Brings the limits that this process knows up to the store's catalog. Callers who find them stale at the same time share one read, and what was read
/// stays known when its caller has stopped waiting, so that the next one goes on from there.
/// </summary>
internal sealed class CatalogReader(StoreGate store, LimitsSource limits)
{
    /// <summary>The number of times that a catalog is read as a whole when budgets were missing, before that counts as a failure of the store.</summary>
    private const int MaxWholeReads = 3;

    // Partitions that share a turn wait for each other, which matters little: a turn is mostly one round trip.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>The limits by a catalog that is newer than a given version, which a decision has found stale.</summary>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<Limits> CatchUpAsync(string? partition, string staleVersion, StoreDeadline deadline)
    {
        var turn = TurnOf(partition);
        await store.WaitForTurnAsync(turn, deadline).ConfigureAwait(false);
        try
        {
            var known = limits.Of(partition);
            // Another caller has read it while this one waited.
            if (known.CatalogVersion != staleVersion && known.IsWhole)
                return known;
            return await ReadPartsAsync(partition, deadline).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The limits by the catalog as it is now.</summary>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<Limits> ReadAsync(string? partition, StoreDeadline deadline)
    {
        var turn = TurnOf(partition);
        await store.WaitForTurnAsync(turn, deadline).ConfigureAwait(false);
        try
        {
            return await ReadPartsAsync(partition, deadline).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask<Limits> ReadPartsAsync(string? partition, StoreDeadline deadline)
    {
        for (var wholeReads = 0; ;)
        {
            var since = limits.Of(partition).CatalogVersion;
            var changes = await store.CallAsync("catalog", static (store, read) => store.ReadCatalogAsync(read.partition, read.since), (partition, since), deadline).ConfigureAwait(false);
            var known = limits.Learn(partition, since, changes);
            if (changes.HasMore || known.CatalogVersion != changes.Version)
                continue;
            if (changes.Count is not { } count || known.RunTimeCount == count)
                return known;
            // Someone has changed the catalog by hand, or a failover has changed the order in which the store gives it.
            if (++wholeReads == MaxWholeReads)
                throw new BudgetStoreException($"The store has {count} runtime budgets and gives {known.RunTimeCount} of them.") { MayHaveHappened = false };
            limits.Forget(partition);
        }
    }

    private SemaphoreSlim TurnOf(string? partition) =>
        _turns[partition is null ? 0 : (int)(unchecked((uint)partition.GetHashCode(StringComparison.Ordinal)) % (uint)_turns.Length)];
}
