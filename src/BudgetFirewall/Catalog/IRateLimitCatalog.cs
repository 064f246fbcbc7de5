namespace BudgetFirewall;

/// <summary>
/// The rate limits: those configured, and those changed at run time, which live in the store and are seen by every process at its next decision.
/// A runtime rate limit replaces the configured one with the same id. Several rate limits may go for one scope, each with an id of its own. Thread-safe.
/// </summary>
/// <remarks>
/// What a limit has let through belongs to its scope, algorithm, unit, filters and given id, not to its numbers: a limit that is raised goes on from there, and one
/// that gets another algorithm starts anew.
/// </remarks>
/// <example><code>
/// await firewall.RateLimits.SetAsync(RateLimit.TokenBucket(BudgetScope.User("alice"), capacity: 100, refillPerSecond: 10));
/// await firewall.RateLimits.RemoveAsync("user=alice/rate");
/// </code></example>
public interface IRateLimitCatalog
{
    /// <summary>The most rate limits that <see cref="SetManyAsync"/> sets in one call: 1,000.</summary>
    const int MaxSetMany = LimitSet.MaxCount;

    /// <summary>The same rate limits, whose changes are recorded under a name where the firewall keeps a ledger. Nothing is called.</summary>
    /// <param name="name">The person or program that changes them, 1 to 256 characters; null: nobody is named.</param>
    /// <exception cref="ArgumentException">The name is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    IRateLimitCatalog ChangedBy(string? name);

    /// <summary>Adds a runtime rate limit, or replaces the one with the same id. One round trip, and two more after others have changed limits.</summary>
    /// <param name="rateLimit">The rate limit; an inactive one switches off the configured one with its id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the rate limit may have been set.</param>
    /// <exception cref="ArgumentException">
    /// A value that the algorithm needs is missing, or one of another algorithm is given, or the partition is missing or superfluous.
    /// </exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask SetAsync(RateLimit rateLimit, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds runtime rate limits or replaces those with their ids, all or none: no decision sees some of them. One round trip, and two more after others have changed
    /// limits. To set more than <see cref="MaxSetMany"/>, call it for a part at a time: all or none then holds for each part.
    /// </summary>
    /// <param name="rateLimits">Up to <see cref="MaxSetMany"/> rate limits of different ids; none changes nothing.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the rate limits may have been set.</param>
    /// <exception cref="ArgumentException">
    /// There are too many rate limits, one is not valid, two have the same id, or the partition is missing or superfluous.
    /// </exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask SetManyAsync(IReadOnlyCollection<RateLimit> rateLimits, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a runtime rate limit if there is none with its id. One round trip, and two more after others have changed limits.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the rate limit may have been added.</param>
    /// <returns>False when there is a rate limit with that id, configured or set at run time, active or not; nothing was changed then.</returns>
    /// <exception cref="ArgumentException">
    /// A value that the algorithm needs is missing, or one of another algorithm is given, or the partition is missing or superfluous.
    /// </exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<bool> AddAsync(RateLimit rateLimit, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a runtime rate limit; a configured one with its id goes again. One round trip.</summary>
    /// <param name="rateLimitId">The rate limit's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the rate limit may have been removed.</param>
    /// <returns>False when there is no runtime rate limit with that id.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<bool> RemoveAsync(string rateLimitId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Every rate limit in force, configured and runtime ones, inactive ones included, ordered by id. One round trip, or one for every 500 limits that have changed; each may take <see cref="BudgetFirewallOptions.StoreTimeout"/>.</summary>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<RateLimit>> ListAsync(string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>A page of the rate limits in force, configured and runtime ones, inactive ones included, ordered by id. Round trips as those of the whole list.</summary>
    /// <param name="count">The most rate limits to give: 1 to 10,000. Fewer, or none, are the last page.</param>
    /// <param name="afterId">The id that the rate limits come after, the last one of the page before; null for the first page.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The count is outside its range, the id is empty or too long, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<RateLimit>> ListAsync(int count, string? afterId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>The rate limit in force with an id, active or not. Round trips as those of the list.</summary>
    /// <param name="rateLimitId">The rate limit's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Null when there is no such rate limit.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<RateLimit?> FindAsync(string rateLimitId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reports what a provider has said in its answer to a call to every adaptive rate limit that the request meets, for all processes that share the store: where it was overloaded, a limit falls, once in its cooldown
    /// however many calls report the same; where it has said when to come back, a limit pauses until then. The guards of <c>HttpClient</c> and <c>IChatClient</c> report by themselves. One round trip; none where the
    /// request meets no adaptive limit, as far as this process knows its limits.
    /// </summary>
    /// <param name="request">The request of the call.</param>
    /// <param name="feedback">What the provider has said.</param>
    /// <param name="cancellationToken">Stops the waiting; the report may have been taken up.</param>
    /// <returns>The limits that this report has changed; empty when others have reported the same before.</returns>
    /// <exception cref="ArgumentException">The request is larger than the options allow, or names no partition where there are partitions.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<IReadOnlyList<RateLimitAdaptation>> ReportAsync(BudgetRequest request, ProviderFeedback feedback, CancellationToken cancellationToken = default);
}
