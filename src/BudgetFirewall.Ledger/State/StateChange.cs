namespace BudgetFirewall;

/// <summary>What a firewall in memory has of one limit, document or approval since its last change. Immutable.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Name">The name, within its kind and partition.</param>
/// <param name="Content">The content, as JSON; null when it was removed.</param>
/// <param name="Version">A number that grows with every change, so that an earlier one that comes later changes nothing.</param>
/// <param name="ExpiresAt">The time from which it may be forgotten; null: never.</param>
public sealed record StateChange(StateKind Kind, string? Partition, string Name, string? Content, long Version, DateTimeOffset? ExpiresAt);
