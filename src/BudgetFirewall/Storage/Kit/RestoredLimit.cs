namespace BudgetFirewall.Storage;

/// <summary>A budget or rate limit that was set at run time.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Limit">The limit.</param>
public readonly record struct RestoredLimit(string? Partition, LimitDefinition Limit);
