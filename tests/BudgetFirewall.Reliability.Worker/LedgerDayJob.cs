namespace BudgetFirewall.Reliability;

/// <summary>A day of calls with a ledger.</summary>
/// <param name="Database">The ledger's database.</param>
/// <param name="Journal">The file of its journal.</param>
/// <param name="Seed">What the calls are drawn from.</param>
/// <param name="Calls">The number of calls.</param>
/// <param name="Acknowledged">The number of calls, from the first, that earlier processes have acknowledged.</param>
public sealed record LedgerDayJob(string Database, string Journal, int Seed, int Calls, int Acknowledged = 0);
