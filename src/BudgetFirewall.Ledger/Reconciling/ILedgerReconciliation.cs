namespace BudgetFirewall;

/// <summary>Compares a ledger with the counters of its firewall's store. A service of the container where a firewall has a ledger, keyed by the firewall's name for a named one. Thread-safe.</summary>
public interface ILedgerReconciliation
{
    /// <summary>The result of the last comparison that came to its end, of this process; null before the first.</summary>
    LedgerReconciliationResult? Last { get; }

    /// <summary>
    /// Compares, for each counter of a present period that the ledger knows, the sum of the ledger's entries with what the store says was spent. What is under way is no difference: entries that wait are written
    /// first, and a counter is a difference only if it stays one when it is looked at again. Each difference is logged as an error (event 724) and counted by <see cref="LedgerDiagnostics.Differences"/>.
    /// Budgets with periods of more than a year, and those that are not in force any more, are left out. It reads every counter of the present periods once from the database and once from the store, 64 in a round trip.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting. While the database is away it takes until it is back.</param>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    /// <exception cref="NotSupportedException">The ledger does not tell the sums of its counters.</exception>
    ValueTask<LedgerReconciliationResult> RunAsync(CancellationToken cancellationToken = default);
}
