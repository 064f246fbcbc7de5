namespace BudgetFirewall.Storage;

/// <summary>The ids by which notes of corrections name stores in memory. All other stores make theirs themselves.</summary>
internal static class StoreIds
{
    /// <summary>The id of memory that every process restores from the ledger.</summary>
    public const string RestoredMemory = "memory";

    /// <summary>The beginning of the ids of stores in memory that end with their process. All of them report themselves by it alone.</summary>
    public const string ProcessPrefix = "memory:";

    /// <summary>True for a store in memory that ends with its process.</summary>
    public static bool EndsWithProcess(string storeId) => storeId.StartsWith(ProcessPrefix, StringComparison.Ordinal);
}
