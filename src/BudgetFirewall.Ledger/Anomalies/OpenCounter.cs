namespace BudgetFirewall.Storage;

/// <summary>The counter of a scope in a period.</summary>
/// <param name="Id">The id of its row.</param>
/// <param name="Scope">The id of the scope's row.</param>
/// <param name="PartitionId">The id of the partition's name; 0 for none.</param>
/// <param name="Partition">The partition; null for none.</param>
/// <param name="Moved">What entries have moved in it, in nanos or micros.</param>
internal sealed record OpenCounter(long Id, long Scope, long PartitionId, string? Partition, long Moved);
