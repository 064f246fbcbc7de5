using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Brings the limits that this process knows up to the store's catalog. Callers who find them stale at the same time share one read, and what was read
/// stays known when its caller has stopped waiting, so that the next one goes on from there.
/// </summary>
internal sealed class CatalogReader(StoreCaller store, LimitsSource limits)
{
    /// <summary>The number of times that a catalog is read as a whole when limits were missing, before that counts as a failure of the store.</summary>
    private const int MaxWholeReads = 3;

    // Partitions that share a turn wait for each other, which matters little: a turn is mostly one round trip. Decisions do not wait for those who list limits.
    private readonly SemaphoreSlim[] _decisions = Turns();
    private readonly SemaphoreSlim[] _lists = Turns();

    /// <summary>The limits by a catalog that is newer than a given version, which a decision has found stale.</summary>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<Limits> CatchUpAsync(string? partition, string staleVersion, StoreDeadline deadline)
    {
        var turn = TurnOf(partition, _decisions);
        await store.WaitForTurnAsync(turn, deadline).ConfigureAwait(false);
        try
        {
            var known = limits.Of(partition);
            // Another caller has read it while this one waited.
            if (known.CatalogVersion != staleVersion && known.IsWhole)
                return known;
            return await ReadPartsAsync(partition, deadline, isPatient: false).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The limits by the catalog as it is now. The deadline is that of each part of the catalog, and not of all of them.</summary>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<Limits> ReadAsync(string? partition, StoreDeadline deadline)
    {
        var turn = TurnOf(partition, _lists);
        await store.WaitForTurnAsync(turn, deadline).ConfigureAwait(false);
        try
        {
            return await ReadPartsAsync(partition, deadline, isPatient: true).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask<Limits> ReadPartsAsync(string? partition, StoreDeadline deadline, bool isPatient)
    {
        for (var wholeReads = 0; ;)
        {
            var since = limits.Of(partition).CatalogVersion;
            var changes = await store.CallAsync("catalog", static (store, read) => store.ReadCatalogAsync(read.partition, read.since), (partition, since), deadline).ConfigureAwait(false);
            var known = limits.Learn(partition, since, changes);
            if (known is not null && !changes.HasMore && known.CatalogVersion == changes.Version)
                return known;
            // Someone has changed the catalog by hand, or a failover has changed the order in which the store gives it.
            if (known is null && ++wholeReads == MaxWholeReads)
                throw new BudgetStoreException($"The store says that it has {changes.Count} runtime limits and does not give as many.") { MayHaveHappened = false };
            if (isPatient)
                deadline = store.Begin(deadline.CancellationToken);
        }
    }

    private static SemaphoreSlim[] Turns() => [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    private static SemaphoreSlim TurnOf(string? partition, SemaphoreSlim[] turns) =>
        turns[partition is null ? 0 : (int)(unchecked((uint)partition.GetHashCode(StringComparison.Ordinal)) % (uint)turns.Length)];
}
