namespace BudgetFirewall.Ledger.Tests;

/// <summary>The places where the firewall of a process counts.</summary>
public enum StorePlace
{
    /// <summary>Memory, restored from the ledger.</summary>
    Memory,

    /// <summary>Memory that ends with its process.</summary>
    OwnMemory,

    /// <summary>Redis.</summary>
    Redis,

    /// <summary>Redis with the same prefix and the same partitions, and not the same data.</summary>
    OtherRedis,

    /// <summary>The same Redis with another prefix.</summary>
    OtherPrefix,
}
