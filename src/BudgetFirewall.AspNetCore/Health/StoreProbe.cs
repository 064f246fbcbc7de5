namespace BudgetFirewall;

/// <summary>Asks the store a harmless question: the status of the global scope.</summary>
internal static class StoreProbe
{
    private const string AnyPartition = "health";

    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    public static async ValueTask<BudgetStatus> RunAsync(IBudgetFirewall firewall, string? partition, CancellationToken cancellationToken)
    {
        try
        {
            return await firewall.GetStatusAsync(BudgetScope.Global, partition, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException) when (partition is null)
        {
            // Budgets are partitioned, and looking at one that nobody uses makes nothing.
            return await firewall.GetStatusAsync(BudgetScope.Global, AnyPartition, cancellationToken).ConfigureAwait(false);
        }
    }
}
