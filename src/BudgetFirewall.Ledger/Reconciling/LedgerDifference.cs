namespace BudgetFirewall;

/// <summary>A counter of which the ledger says something else than the store. Immutable.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Counter">The counter, with what the ledger's entries have moved in it, in nanos of money or micros of units.</param>
/// <param name="Spent">The amount that the store says was spent, in nanos or micros; 0 where it has no such counter.</param>
public sealed record LedgerDifference(string? Partition, LedgerCounter Counter, long Spent);
