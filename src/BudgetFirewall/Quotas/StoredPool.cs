namespace BudgetFirewall;

/// <summary>A pool as it was read from the store, or written there.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Version">The version of the document; empty where there is none yet.</param>
/// <param name="State">The state.</param>
internal sealed record StoredPool(string? Partition, string Version, PoolState State)
{
    public QuotaPool Pool => State.Pool;
}
