using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The budgets and rate limits in force, brought up to the store's at each call that reads them. Both kinds share one version of the store's catalog.</summary>
#pragma warning disable CA1001 // The semaphore holds nothing to be disposed of: its wait handle is never asked for.
internal sealed class LimitCatalog(SettingsSource settingsSource, StoreCaller storeCaller, LimitsSource limitsSource, CatalogReader catalogReader, EventReporter events, ChangeReporter changes, DenialCache denials)
#pragma warning restore CA1001
{
    // When several processes set at the same time, one wins each round and the others read and try again.
    private const int MaxAttempts = 256;

    private const int MaxPage = 10_000;

    // Callers of one process set one after the other; in a race all but one of them would have to try again.
    private readonly SemaphoreSlim _turns = new(1, 1);

    /// <summary>Sets limits; false, with nothing changed, where only a new one is to be added and its id is taken.</summary>
    /// <param name="set">The limits.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="isNewOnly">True to replace none.</param>
    /// <param name="by">Whoever sets them; null: not said.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<bool> SetAsync(LimitSet set, string? partition, bool isNewOnly, string? by, CancellationToken cancellationToken)
    {
        var deadline = storeCaller.Begin(cancellationToken);
        await storeCaller.WaitForTurnAsync(_turns, deadline).ConfigureAwait(false);
        try
        {
            return await AskAsync(() => SetInTurnAsync(set, partition, isNewOnly, by, deadline)).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    public ValueTask<bool> RemoveAsync(LimitKey key, string? partition, string? by, CancellationToken cancellationToken) =>
        AskAsync(() => RemoveNowAsync(key, partition, by, storeCaller.Begin(cancellationToken)));

    /// <summary>The limits of a kind whose ids come after a given one.</summary>
    public async ValueTask<IReadOnlyList<LimitDefinition>> ListAsync(LimitKind kind, int? count, string? afterId, string? partition, CancellationToken cancellationToken)
    {
        if (count is { } asked)
            PageCount.Check(asked, MaxPage);
        Identifier.CheckOptional(afterId, nameof(afterId));
        return (await ReadAsync(partition, storeCaller.Begin(cancellationToken)).ConfigureAwait(false)).After(kind, afterId, count);
    }

    public async ValueTask<LimitDefinition?> FindAsync(LimitKey key, string? partition, CancellationToken cancellationToken) =>
        (await ReadAsync(partition, storeCaller.Begin(cancellationToken)).ConfigureAwait(false)).Find(key);

    /// <summary>A budget, and the one that counts for a scope what it would count; each null when there is none.</summary>
    public async ValueTask<(Budget? Budget, Budget? InForce)> FindBudgetAsync(string budgetId, BudgetScope scope, string? partition, CancellationToken cancellationToken)
    {
        var limits = await ReadAsync(partition, storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
        if (limits.Find(new(LimitKind.Budget, budgetId))?.Budget is not { } budget)
            return (null, null);
        var name = CounterRule.ReplacementKeyOf(budget);
        return (budget, limits.Budgets.ForScope(scope).FirstOrDefault(rule => rule.Name == name)?.Budget);
    }

    public async ValueTask ResetAsync(CounterFamily family, string scopeId, string? partition, CancellationToken cancellationToken)
    {
        var deadline = storeCaller.Begin(cancellationToken);
        try
        {
            await AskAsync(() => storeCaller.CallAsync(
                "catalog", static (store, reset) => ResetAsync(store, reset.partition, reset.family, reset.scopeId), (partition, family, scopeId), deadline)).ConfigureAwait(false);
        }
        finally
        {
            denials.MadeRoom(partition, family, scopeId);
        }
    }

    /// <summary>The partition that a caller names.</summary>
    /// <exception cref="ArgumentException">It is missing or superfluous.</exception>
    public string? Checked(string? partition) => Partitions.Check(partition, settingsSource.Current.PartitionBy);

    /// <summary>Sets limits by the catalog that this process knows; only where that may be why they cannot be set, or the store has a newer one, it is read.</summary>
    private async ValueTask<bool> SetInTurnAsync(LimitSet set, string? partition, bool isNewOnly, string? by, StoreDeadline deadline)
    {
        var limits = limitsSource.Of(partition);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var twin = set.TwinIn(limits);
            var exists = isNewOnly && limits.Has(set.Limits[0].Key);
            var crowd = set.CrowdIn(limits);
            if (twin is null && crowd is null && !exists)
            {
                // What was before is known for certain: the limits are set only if the catalog still has that version.
                var recorded = changes.OfLimits(partition, set.Limits.Select(limit => (limits.Find(limit.Key), (LimitDefinition?)limit)), by);
                var version = await storeCaller.CallAsync(
                    "catalog",
                    static (store, set) => store.SetLimitsAsync(set.partition, set.CatalogVersion, set.Limits, set.recorded),
                    (partition, limits.CatalogVersion, set.Limits, recorded),
                    deadline).ConfigureAwait(false);
                if (version is not null)
                {
                    changes.Confirmed(recorded);
                    limitsSource.Learn(partition, limits.CatalogVersion, new() { Version = version, Set = set.Limits });
                    return true;
                }
            }
            var present = await catalogReader.ReadAsync(partition, deadline).ConfigureAwait(false);
            if (present.CatalogVersion == limits.CatalogVersion && (twin is not null || crowd is not null || exists))
                return exists ? false : throw (twin is { } found ? set.Conflict(found) : set.Crowded(crowd!.Value));
            limits = present;
            // Reading may have taken long, part by part; what comes now is one call.
            deadline = storeCaller.Begin(deadline.CancellationToken);
        }
        throw new BudgetStoreException("Others changed the limits faster than they could be set.") { MayHaveHappened = false };
    }

    private async ValueTask<bool> RemoveNowAsync(LimitKey key, string? partition, string? by, StoreDeadline deadline)
    {
        if (!changes.IsHeard)
            return await storeCaller.CallAsync("catalog", static (store, remove) => store.RemoveLimitAsync(remove.partition, remove.key), (partition, key), deadline).ConfigureAwait(false);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var limits = await catalogReader.ReadAsync(partition, deadline).ConfigureAwait(false);
            // Reading may have taken long, part by part; what comes now is one call.
            deadline = storeCaller.Begin(deadline.CancellationToken);
            var recorded = changes.OfLimits(partition, [(limits.Find(key), null)], by);
            var version = await storeCaller.CallAsync(
                "catalog",
                static (store, remove) => store.RemoveLimitsAsync(remove.partition, remove.CatalogVersion, [remove.key], remove.recorded),
                (partition, limits.CatalogVersion, key, recorded),
                deadline).ConfigureAwait(false);
            if (version == limits.CatalogVersion)
                return false;
            if (version is not null)
            {
                changes.Confirmed(recorded);
                return true;
            }
        }
        throw new BudgetStoreException("Others changed the limits faster than one could be removed.") { MayHaveHappened = false };
    }

    private static async ValueTask<bool> ResetAsync(IBudgetStore store, string? partition, CounterFamily family, string scopeId)
    {
        await store.ResetAsync(partition, family, scopeId).ConfigureAwait(false);
        return true;
    }

    private ValueTask<Limits> ReadAsync(string? partition, StoreDeadline deadline) =>
        AskAsync(() => catalogReader.ReadAsync(partition, deadline));

    private async ValueTask<TAnswer> AskAsync<TAnswer>(Func<ValueTask<TAnswer>> ask)
    {
        try
        {
            var answer = await ask().ConfigureAwait(false);
            events.StoreAnswered();
            return answer;
        }
        catch (BudgetStoreException e)
        {
            events.StoreFailed("catalog", operationId: null, e, isDegraded: false);
            throw;
        }
    }
}
