namespace BudgetFirewall.Storage;

/// <summary>A delivery whose time has come.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Attempts">The number of attempts that were made.</param>
/// <param name="FirstAt">The time at which its schedule began.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="Body">The event as JSON.</param>
internal sealed record DueDelivery(long Id, int Attempts, DateTimeOffset FirstAt, string EventId, byte[] Body);
