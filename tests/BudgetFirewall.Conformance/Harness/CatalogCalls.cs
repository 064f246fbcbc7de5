using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Calls to a store's catalog as tests make them.</summary>
public static class CatalogCalls
{
    /// <summary>Sets one budget; false when the catalog has another version.</summary>
    public static async ValueTask<bool> SetBudgetAsync(this IBudgetStore store, string? partition, string expectedVersion, Budget budget) =>
        await store.SetLimitsAsync(partition, expectedVersion, [LimitDefinition.Of(budget)]) is not null;

    /// <summary>Reads all runtime budgets, ordered by id, and the version.</summary>
    public static async ValueTask<(string Version, IReadOnlyList<Budget> Budgets)> ReadWholeCatalogAsync(this IBudgetStore store, string? partition)
    {
        var budgets = new SortedDictionary<string, Budget>(StringComparer.Ordinal);
        for (var version = ""; ;)
        {
            var changes = await store.ReadCatalogAsync(partition, version);
            if (changes.StartsOver)
                budgets.Clear();
            foreach (var key in changes.Removed)
                budgets.Remove(key.Id);
            foreach (var budget in changes.Set.Select(limit => limit.Budget!))
                budgets[budget.Id] = budget;
            version = changes.Version;
            if (!changes.HasMore)
                return (version, [.. budgets.Values]);
        }
    }
}
