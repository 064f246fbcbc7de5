namespace BudgetFirewall;

/// <summary>How long one operation may wait for the store, over all the calls that it takes.</summary>
/// <param name="Start">When the operation began, as a timestamp of the firewall's clock; null where answers are there at once.</param>
/// <param name="CancellationToken">Stops the waiting.</param>
internal readonly record struct StoreDeadline(long? Start, CancellationToken CancellationToken);
