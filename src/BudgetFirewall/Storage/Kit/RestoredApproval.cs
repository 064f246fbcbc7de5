namespace BudgetFirewall.Storage;

/// <summary>An approval as it was.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Approval">The approval.</param>
/// <param name="SilentUntil">The time until which its counter asks for no other; null: it may ask at once.</param>
public readonly record struct RestoredApproval(string? Partition, ApprovalRecord Approval, DateTimeOffset? SilentUntil);
