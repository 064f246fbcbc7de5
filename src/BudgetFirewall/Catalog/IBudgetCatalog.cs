namespace BudgetFirewall;

/// <summary>
/// The budgets: those configured, and those changed at run time, which live in the store and are seen by every process at its next decision.
/// A runtime budget replaces the configured one with the same id. Thread-safe.
/// </summary>
public interface IBudgetCatalog
{
    /// <summary>The most budgets that <see cref="SetManyAsync"/> sets in one call: 1,000.</summary>
    const int MaxSetMany = LimitSet.MaxCount;

    /// <summary>The same budgets, whose changes are recorded under a name where the firewall keeps a ledger. Nothing is called.</summary>
    /// <param name="name">The person or program that changes them, 1 to 256 characters; null: nobody is named.</param>
    /// <exception cref="ArgumentException">The name is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    IBudgetCatalog ChangedBy(string? name);

    /// <summary>
    /// Adds a runtime budget, or replaces the one with the same id. The amounts in its counters stay. One round trip, and two more after others have changed limits.
    /// </summary>
    /// <param name="budget">The budget; an inactive one switches off the configured one with its id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the budget may have been set.</param>
    /// <exception cref="ArgumentException">The budget is not valid, another active one counts the same thing, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask SetAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds runtime budgets or replaces those with their ids, all or none: no decision sees some of them. One round trip, and two more after others have changed
    /// limits. To set more than <see cref="MaxSetMany"/>, call it for a part at a time: all or none then holds for each part.
    /// </summary>
    /// <param name="budgets">Up to <see cref="MaxSetMany"/> budgets of different ids; none changes nothing.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the budgets may have been set.</param>
    /// <exception cref="ArgumentException">
    /// There are too many budgets, one is not valid, two have the same id, an active one counts the same thing as another, or the partition is missing or superfluous.
    /// </exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask SetManyAsync(IReadOnlyCollection<Budget> budgets, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a runtime budget if there is no budget with its id. One round trip, and two more after others have changed limits.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the budget may have been added.</param>
    /// <returns>False when there is a budget with that id, configured or set at run time, active or not; nothing was changed then.</returns>
    /// <exception cref="ArgumentException">The budget is not valid, another active one counts the same thing, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<bool> AddAsync(Budget budget, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a runtime budget; a configured one with its id counts again. One round trip.</summary>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the budget may have been removed.</param>
    /// <returns>False when there is no runtime budget with that id.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<bool> RemoveAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Every budget in force, configured and runtime ones, inactive ones included, ordered by id. One round trip, or one for every 500 limits that have changed; each may take <see cref="BudgetFirewallOptions.StoreTimeout"/>.</summary>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<Budget>> ListAsync(string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>A page of the budgets in force, configured and runtime ones, inactive ones included, ordered by id. Round trips as those of the whole list.</summary>
    /// <param name="count">The most budgets to give: 1 to 10,000. Fewer, or none, are the last page.</param>
    /// <param name="afterId">The id that the budgets come after, the last one of the page before; null for the first page.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The count is outside its range, the id is empty or too long, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<Budget>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>The budget in force with an id, active or not. Round trips as those of the list.</summary>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Null when there is no such budget.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<Budget?> FindAsync(string budgetId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets the amount that a budget has spent in its present period to zero for one scope, and arms its warnings again; holds stay, and so does an allowance, unless the period is
    /// <see cref="BudgetPeriod.None"/>, whose allowance ends with the reset. Two round trips.
    /// </summary>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="scope">One scope that the budget counts for.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the reset may have happened.</param>
    /// <exception cref="ArgumentException">There is no such budget, it does not count for the scope, the scope is counted for a pool, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask ResetAsync(string budgetId, BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives one scope an allowance: an amount by which the budget's limit is raised for the scope in the present period, and the ceiling of a throttled budget too. It counts in every process at once, adds to
    /// what was given before, stays when the budget is replaced or reset, and ends with the period; that of <see cref="BudgetPeriod.None"/> ends with a reset. Fires no warning. Two round trips.
    /// </summary>
    /// <param name="allowance">The allowance.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the allowance may have been given.</param>
    /// <returns>The allowance as it is now, and the state of the budget.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such budget, it is not active, it does not count for the scope or not at present, another budget takes its place for the scope, the amount has more decimal places than are counted, the allowance
    /// would be more than a limit may be, or the partition is missing or superfluous. Nothing was changed.
    /// </exception>
    /// <exception cref="OperationConflictException">The operation id was used before with other content. Nothing was changed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer. With its <see cref="BudgetFirewallException.OperationId"/> the call can be repeated safely.</exception>
    ValueTask<AllowanceChange> GrantAsync(BudgetAllowance allowance, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes an allowance back, as far as it is neither spent nor held: no more than the allowance, and no more than remains. Two round trips.
    /// </summary>
    /// <param name="allowance">The allowance to take back.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the allowance may have been taken back.</param>
    /// <returns>The amount that was really taken back, the allowance as it is now, and the state of the budget.</returns>
    /// <exception cref="ArgumentException">As those of <see cref="GrantAsync"/>.</exception>
    /// <exception cref="OperationConflictException">The operation id was used before with other content. Nothing was changed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer. With its <see cref="BudgetFirewallException.OperationId"/> the call can be repeated safely.</exception>
    ValueTask<AllowanceChange> RevokeAsync(BudgetAllowance allowance, string? partition = null, CancellationToken cancellationToken = default);
}
