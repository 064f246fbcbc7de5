using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The budgets in force, brought up to the store's at each call that reads them.</summary>
#pragma warning disable CA1001 // The semaphore holds nothing to be disposed of: its wait handle is never asked for.
internal sealed class BudgetCatalog(SettingsSource settingsSource, StoreCaller storeCaller, LimitsSource limitsSource, CatalogReader catalogReader, EventReporter events, DenialCache denials) : IBudgetCatalog
#pragma warning restore CA1001
{
    // When several processes set at the same time, one wins each round and the others read and try again.
    private const int MaxAttempts = 256;

    private const int MaxPage = 10_000;

    // Callers of one process set one after the other; in a race all but one of them would have to try again.
    private readonly SemaphoreSlim _turns = new(1, 1);

    public async ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        partition = Checked(partition);
        budget.CheckCountable();
        await SetAsync(new([budget], nameof(budget)), partition, isNewOnly: false, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetManyAsync(IReadOnlyCollection<Budget> budgets, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        partition = Checked(partition);
        var set = BudgetSet.Of(budgets, nameof(budgets));
        if (!set.Budgets.IsEmpty)
            await SetAsync(set, partition, isNewOnly: false, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> AddAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        partition = Checked(partition);
        budget.CheckCountable();
        return SetAsync(new([budget], nameof(budget)), partition, isNewOnly: true, cancellationToken);
    }

    public ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(budgetId, nameof(budgetId));
        partition = Checked(partition);
        var deadline = storeCaller.Begin(cancellationToken);
        return AskAsync(() => storeCaller.CallAsync("catalog", static (store, remove) => store.RemoveBudgetAsync(remove.partition, remove.budgetId), (partition, budgetId), deadline));
    }

    public async ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        (await ReadAsync(Checked(partition), storeCaller.Begin(cancellationToken)).ConfigureAwait(false)).All();

    public async ValueTask<IReadOnlyList<Budget>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default)
    {
        if (count is < 1 or > MaxPage)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"count must be 1 to {MaxPage:N0}.");
        Identifier.CheckOptional(afterId, nameof(afterId));
        return (await ReadAsync(Checked(partition), storeCaller.Begin(cancellationToken)).ConfigureAwait(false)).After(afterId, count);
    }

    public async ValueTask<Budget?> FindAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(budgetId, nameof(budgetId));
        return (await ReadAsync(Checked(partition), storeCaller.Begin(cancellationToken)).ConfigureAwait(false)).Find(budgetId);
    }

    public async ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(budgetId, nameof(budgetId));
        scope.CheckedConcrete(nameof(scope));
        partition = Checked(partition);
        var deadline = storeCaller.Begin(cancellationToken);
        var limits = await ReadAsync(partition, deadline).ConfigureAwait(false);
        var budget = limits.Find(budgetId) ?? throw new ArgumentException(DisplayText.Escape($"There is no budget '{budgetId}'."), nameof(budgetId));
        if (budget.Scope != scope && !(budget.Scope.IsEach && budget.Scope.Kind == scope.Kind))
            throw new ArgumentException(DisplayText.Escape($"The budget '{budgetId}' is about {budget.Scope}, not {scope}."), nameof(scope));
        var family = new CounterRule(budget).Family;
        try
        {
            await AskAsync(() => storeCaller.CallAsync(
                "catalog", static (store, reset) => ResetAsync(store, reset.partition, reset.family, reset.Id), (partition, family, scope.Id), deadline)).ConfigureAwait(false);
        }
        finally
        {
            denials.Reset(partition, family, scope.Id);
        }
    }

    private async ValueTask<bool> SetAsync(BudgetSet set, string? partition, bool isNewOnly, CancellationToken cancellationToken)
    {
        var deadline = storeCaller.Begin(cancellationToken);
        await storeCaller.WaitForTurnAsync(_turns, deadline).ConfigureAwait(false);
        try
        {
            return await AskAsync(() => SetInTurnAsync(set, partition, isNewOnly, deadline)).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Sets budgets by the catalog that this process knows; only where that may be why they cannot be set, or the store has a newer one, it is read.</summary>
    private async ValueTask<bool> SetInTurnAsync(BudgetSet set, string? partition, bool isNewOnly, StoreDeadline deadline)
    {
        var limits = limitsSource.Of(partition);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var twin = set.TwinIn(limits);
            var exists = isNewOnly && limits.Has(set.Budgets[0].Id);
            if (twin is null && !exists)
            {
                var version = await storeCaller.CallAsync(
                    "catalog", static (store, set) => store.SetBudgetsAsync(set.partition, set.CatalogVersion, set.Budgets), (partition, limits.CatalogVersion, set.Budgets), deadline).ConfigureAwait(false);
                if (version is not null)
                {
                    limitsSource.Learn(partition, limits.CatalogVersion, new() { Version = version, Budgets = set.Budgets });
                    return true;
                }
            }
            var present = await catalogReader.ReadAsync(partition, deadline).ConfigureAwait(false);
            if (present.CatalogVersion == limits.CatalogVersion && (twin is not null || exists))
                return exists ? false : throw set.Conflict(twin!.Value);
            limits = present;
            // Reading may have taken long, part by part; what comes now is one call.
            deadline = storeCaller.Begin(deadline.CancellationToken);
        }
        throw new BudgetStoreException("Others changed the budgets faster than they could be set.") { MayHaveHappened = false };
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
            return await ask().ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            events.StoreFailed("catalog", operationId: null, e, isDegraded: false);
            throw;
        }
    }

    private string? Checked(string? partition) => Partitions.Check(partition, settingsSource.Current.PartitionBy);
}
