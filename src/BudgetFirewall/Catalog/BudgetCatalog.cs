using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The budgets in force, read from the store at each call.</summary>
#pragma warning disable CA1001 // The semaphore holds nothing to be disposed of: its wait handle is never asked for.
internal sealed class BudgetCatalog(SettingsSource settingsSource, StoreCaller storeCaller, LimitsSource limitsSource, EventReporter events) : IBudgetCatalog
#pragma warning restore CA1001
{
    // When several processes set at the same time, one wins each round and the others read and try again. StoreTimeout ends that before this limit does.
    private const int MaxAttempts = 256;

    // Callers of one process set one after the other; in a race all but one of them would have to try again.
    private readonly SemaphoreSlim _turns = new(1, 1);

    public async ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        partition = Checked(partition);
        _ = budget.LimitAmount;
        var deadline = storeCaller.Begin(cancellationToken);
        await storeCaller.WaitForTurnAsync(_turns, deadline).ConfigureAwait(false);
        try
        {
            await SetAsync(budget, partition, deadline).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    public ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(budgetId, nameof(budgetId));
        return CallAsync(static (store, remove) => store.RemoveBudgetAsync(remove.partition, remove.budgetId), (partition: Checked(partition), budgetId), storeCaller.Begin(cancellationToken));
    }

    public async ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        (await ReadAsync(Checked(partition), storeCaller.Begin(cancellationToken)).ConfigureAwait(false)).AllBudgets;

    public async ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(budgetId, nameof(budgetId));
        scope.CheckedConcrete(nameof(scope));
        partition = Checked(partition);
        var deadline = storeCaller.Begin(cancellationToken);
        var limits = await ReadAsync(partition, deadline).ConfigureAwait(false);
        var budget = limits.AllBudgets.FirstOrDefault(budget => budget.Id == budgetId)
            ?? throw new ArgumentException(DisplayText.Escape($"There is no budget '{budgetId}'."), nameof(budgetId));
        if (budget.Scope != scope && !(budget.Scope.IsEach && budget.Scope.Kind == scope.Kind))
            throw new ArgumentException(DisplayText.Escape($"The budget '{budgetId}' is about {budget.Scope}, not {scope}."), nameof(scope));
        var family = new CounterRule(budget).Family;
        await CallAsync(static (store, reset) => ResetAsync(store, reset.partition, reset.family, reset.Id), (partition, family, scope.Id), deadline).ConfigureAwait(false);
    }

    private async ValueTask SetAsync(Budget budget, string? partition, StoreDeadline deadline)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var limits = await ReadAsync(partition, deadline).ConfigureAwait(false);
            CheckCountsAlone(budget, limits.AllBudgets);
            if (await CallAsync(static (store, set) => store.SetBudgetAsync(set.partition, set.CatalogVersion, set.budget), (partition, limits.CatalogVersion, budget), deadline).ConfigureAwait(false))
                return;
        }
        throw new BudgetStoreException("Others changed the budgets faster than this one could be set.") { MayHaveHappened = false };
    }

    private static async ValueTask<bool> ResetAsync(IBudgetStore store, string? partition, CounterFamily family, string scopeId)
    {
        await store.ResetAsync(partition, family, scopeId).ConfigureAwait(false);
        return true;
    }

    private static void CheckCountsAlone(Budget budget, IReadOnlyList<Budget> others)
    {
        if (!budget.IsActive)
            return;
        var counted = Limits.CountedThing(budget);
        var twin = others.FirstOrDefault(other => other.IsActive && other.Id != budget.Id && Limits.CountedThing(other) == counted);
        if (twin is not null)
            throw new ArgumentException(DisplayText.Escape($"The budget '{budget.Id}' would count what the active budget '{twin.Id}' counts ({counted})."), nameof(budget));
    }

    private async ValueTask<Limits> ReadAsync(string? partition, StoreDeadline deadline) =>
        limitsSource.Learn(partition, await CallAsync(static (store, name) => store.ReadCatalogAsync(name), partition, deadline).ConfigureAwait(false));

    private async ValueTask<TAnswer> CallAsync<TArgument, TAnswer>(
        Func<IBudgetStore, TArgument, ValueTask<TAnswer>> call, TArgument argument, StoreDeadline deadline)
    {
        try
        {
            return await storeCaller.CallAsync("catalog", call, argument, deadline).ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            events.StoreFailed("catalog", operationId: null, e, isDegraded: false);
            throw;
        }
    }

    private string? Checked(string? partition) => Partitions.Check(partition, settingsSource.Current.PartitionBy);
}
