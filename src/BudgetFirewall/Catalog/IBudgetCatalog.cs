namespace BudgetFirewall;

/// <summary>
/// The budgets: those configured, and those changed at run time, which live in the store and are seen by every process at its next decision.
/// A runtime budget replaces the configured one with the same id. Thread-safe.
/// </summary>
public interface IBudgetCatalog
{
    /// <summary>Adds a runtime budget, or replaces the one with the same id. The amounts in its counters stay. Two round trips.</summary>
    /// <param name="budget">The budget; an inactive one switches off the configured one with its id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the budget may have been set.</param>
    /// <exception cref="ArgumentException">The budget is not valid, another active one counts the same thing, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a runtime budget; a configured one with its id counts again. One round trip.</summary>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the budget may have been removed.</param>
    /// <returns>False when there is no runtime budget with that id.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Every budget in force, configured and runtime ones, inactive ones included, ordered by id. One round trip.</summary>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets the amount that a budget has spent in its present period to zero for one scope, and arms its warnings again; holds stay. Two round trips.
    /// </summary>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="scope">One scope that the budget counts for.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the reset may have happened.</param>
    /// <exception cref="ArgumentException">There is no such budget, it does not count for the scope, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default);
}
