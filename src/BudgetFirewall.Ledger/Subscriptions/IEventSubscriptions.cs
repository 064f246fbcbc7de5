namespace BudgetFirewall;

/// <summary>
/// Those who are to hear of events by HTTP. Subscriptions and deliveries are in the ledger's database, where every process sees them: what was recorded reaches each subscription at least once, or is listed as given up. Thread-safe.
/// </summary>
public interface IEventSubscriptions
{
    /// <summary>Makes a subscription.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="secret">The key of its signatures; null for a new one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The subscription with its secret; null when there is one of its id.</returns>
    /// <exception cref="ArgumentException">Deliveries may not go to its URL, or there are too many subscriptions.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<CreatedSubscription?> CreateAsync(EventSubscription subscription, WebhookSecret? secret = null, CancellationToken cancellationToken = default);

    /// <summary>Changes a subscription; its secret stays.</summary>
    /// <param name="subscription">The subscription as it is to be. Switched on again, it is told what waits for it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False when there is none of its id.</returns>
    /// <exception cref="ArgumentException">Deliveries may not go to its URL.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<bool> UpdateAsync(EventSubscription subscription, CancellationToken cancellationToken = default);

    /// <summary>Removes a subscription with its deliveries.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Finds a subscription.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The subscription; null when there is none.</returns>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<EventSubscription?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Lists the subscriptions, oldest first.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<IReadOnlyList<EventSubscription>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives a subscription another secret. For a time its deliveries are signed with the former one too.</summary>
    /// <param name="id">The id.</param>
    /// <param name="overlap">The time for which the former secret is used beside the new one, 0 to 30 days; null for a day.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The subscription with its new secret; null when there is none of that id.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="overlap"/> is outside its range.</exception>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<CreatedSubscription?> RotateSecretAsync(string id, TimeSpan? overlap = null, CancellationToken cancellationToken = default);

    /// <summary>Records an event of the type <c>budgetfirewall.test.v1</c> for one subscription, whatever its filter is.</summary>
    /// <param name="id">The id of the subscription.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The event; null when there is no such subscription.</returns>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<BudgetEvent?> TestAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Lists the deliveries of a subscription, the latest first.</summary>
    /// <param name="id">The id of the subscription.</param>
    /// <param name="state">The state of those that are listed; null for all.</param>
    /// <param name="count">The most that a page has, 1 to 1,000.</param>
    /// <param name="cursor">The cursor of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException"><paramref name="count"/> is outside its range, or <paramref name="cursor"/> is none.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<EventDeliveryPage> ListDeliveriesAsync(string id, EventDeliveryState? state = null, int count = 100, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Delivers once more what was delivered or given up, from the beginning of its schedule.</summary>
    /// <param name="id">The id of the subscription.</param>
    /// <param name="deliveryId">The number of the delivery.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<bool> RedeliverAsync(string id, long deliveryId, CancellationToken cancellationToken = default);
}
