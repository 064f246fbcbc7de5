namespace BudgetFirewall;

/// <summary>
/// The pools: amounts that are shared out among scopes as budgets of their own, which live in the store and are seen by every process at its next decision. Thread-safe.
/// </summary>
/// <remarks>
/// Every call first finishes what another process has begun, and renews a period that nobody has renewed yet. A division writes the pool's document three times, reads the counters of members that shrink, 256 at a
/// time, and takes two round trips for every 256 members whose limits change. Each round trip may take <see cref="BudgetFirewallOptions.StoreTimeout"/>.
/// </remarks>
/// <example><code>
/// await firewall.Quotas.AllocateAsync(new QuotaPool
/// {
///     Id = "research",
///     Limit = 1_000m,
///     Members = [new() { Scope = BudgetScope.Project("search"), Weight = 2m }, new() { Scope = BudgetScope.Project("speech") }],
/// });
/// </code></example>
public interface IQuotas
{
    /// <summary>The same pools, whose changes are recorded under a name where the firewall keeps a ledger. Nothing is called.</summary>
    /// <param name="name">The person or program that changes them, 1 to 256 characters; null: nobody is named.</param>
    /// <exception cref="ArgumentException">The name is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    IQuotas ChangedBy(string? name);

    /// <summary>Divides a new pool among its members. Where there is one of the same id and content, nothing is changed.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the pool may have been made.</param>
    /// <returns>The pool as it is divided; null when there is another pool with its id, and nothing was changed.</returns>
    /// <exception cref="ArgumentException">The pool cannot be divided, an active budget counts the same as a member's would, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer. What was begun is finished by the next call, of any process.</exception>
    ValueTask<QuotaState?> AllocateAsync(QuotaPool pool, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Divides several pools, one after the other, after all of them were checked.</summary>
    /// <param name="pools">Up to 100 pools of different ids.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; some pools may have been made.</param>
    /// <returns>For each pool what <see cref="AllocateAsync"/> gives.</returns>
    /// <exception cref="ArgumentException">There are too many pools, two have the same id or a member that counts the same, or one cannot be divided. Nothing was changed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<QuotaState?>> AllocateManyAsync(IReadOnlyCollection<QuotaPool> pools, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces the definition of a pool and divides it anew: limits that shrink are lowered first, to what is spent and held where that is more, and only then others are raised. Members that are gone leave
    /// with what they have used of the period.
    /// </summary>
    /// <param name="pool">The pool. Its unit, period, time zone and filters must be those of before, and it must be shadow only if it was.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the pool may have been changed.</param>
    /// <returns>The pool as it is divided; null when there is none with its id.</returns>
    /// <exception cref="ArgumentException">The pool cannot be divided, or what it counts is another thing than before, or is counted by another active budget, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer. What was begun is finished by the next call, of any process.</exception>
    ValueTask<QuotaState?> UpdateAsync(QuotaPool pool, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a pool and the budgets of its members. What was recorded of ended periods is kept for its time.</summary>
    /// <param name="poolId">The pool's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the pool may have been deleted.</param>
    /// <returns>False when there is no such pool.</returns>
    /// <exception cref="ArgumentException">The id is empty or too long, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer. What was begun is finished by the next call, of any process.</exception>
    ValueTask<bool> DeleteAsync(string poolId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>A pool as it is divided. Two round trips.</summary>
    /// <param name="poolId">The pool's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Null when there is no such pool.</returns>
    /// <exception cref="ArgumentException">The id is empty or too long, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<QuotaState?> GetAsync(string poolId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>A page of the pools, ordered by id. Two round trips for each pool.</summary>
    /// <param name="count">The most pools to give: 1 to 1,000. Fewer, or none, are the last page.</param>
    /// <param name="afterId">The id that the pools come after, the last one of the page before; null for the first page.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The count is outside its range, the id is empty or too long, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<QuotaState>> ListAsync(int count = 100, string? afterId = null, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The ended periods of a pool, the latest first, for as long as they are kept (<see cref="BudgetFirewallOptions.QuotaHistory"/>): a round trip for each. Where the firewall keeps a ledger, older ones follow
    /// from there.
    /// </summary>
    /// <param name="poolId">The pool's id.</param>
    /// <param name="count">The most periods to give: 1 to 1,000.</param>
    /// <param name="before">The start of the period that they come before, that of the last one of the page before; null for the first page.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Null when there is no such pool.</returns>
    /// <exception cref="ArgumentException">The count is outside its range, the id is empty or too long, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer, or the ledger that has older periods.</exception>
    ValueTask<IReadOnlyList<QuotaPeriod>?> GetHistoryAsync(string poolId, int count = 100, DateTimeOffset? before = null, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets members in need borrow what others leave, with <see cref="QuotaStrategy.Reserved"/> and <see cref="QuotaStrategy.Dynamic"/>. A lender keeps what it has spent and holds, its minimum, and what it will use if
    /// it goes on as it has done in this period. The next period begins with everybody's own share.
    /// </summary>
    /// <param name="poolId">The pool's id.</param>
    /// <param name="inNeed">The members in need; null: those that have spent and hold nine tenths of what they may or more.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the pool may have been divided anew.</param>
    /// <returns>The pool as it is divided; null when there is no such pool.</returns>
    /// <exception cref="ArgumentException">The id is empty or too long, a scope is no member, the pool's strategy does not borrow, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer. What was begun is finished by the next call, of any process.</exception>
    ValueTask<QuotaState?> ReallocateAsync(string poolId, IReadOnlyCollection<BudgetScope>? inNeed = null, string? partition = null, CancellationToken cancellationToken = default);
}
