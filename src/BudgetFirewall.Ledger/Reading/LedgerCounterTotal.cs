namespace BudgetFirewall;

/// <summary>All that the entries of a ledger have moved in one counter, allowances apart. Immutable.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Counter">The counter, with the sum of what was moved.</param>
public sealed record LedgerCounterTotal(string? Partition, LedgerCounter Counter);
