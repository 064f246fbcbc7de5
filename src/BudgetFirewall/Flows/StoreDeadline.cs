namespace BudgetFirewall;

/// <summary>The limit of the time that one operation may wait for the store, over all the calls that it takes.</summary>
/// <param name="Start">The beginning of the operation, as a timestamp of the firewall's clock; null for a store that answers at once.</param>
/// <param name="CancellationToken">Stops the waiting.</param>
internal readonly record struct StoreDeadline(long? Start, CancellationToken CancellationToken);
