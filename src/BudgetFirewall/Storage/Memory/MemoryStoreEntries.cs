namespace BudgetFirewall.Storage;

/// <summary>The numbers of entries that a memory store keeps at one moment.</summary>
/// <param name="Counters">Counters of scopes and periods.</param>
/// <param name="RateLimiters">The states of rate limits of which something may be used.</param>
/// <param name="Operations">Remembered operations, reservations included.</param>
/// <param name="OpenReservations">Reservations that are neither settled nor forgotten.</param>
/// <param name="Limits">Limits of budgets by use, each of a scope in a period.</param>
/// <param name="Approvals">Approvals, pending or ended.</param>
public readonly record struct MemoryStoreEntries(long Counters, long RateLimiters, long Operations, long OpenReservations, long Limits = 0, long Approvals = 0);
