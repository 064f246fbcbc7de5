namespace BudgetFirewall;

/// <summary>Identifies an entry of the outbox.</summary>
/// <param name="Partition">Its partition; null without partitions.</param>
/// <param name="Scope">The scope that owns the operation's id; null when it has none.</param>
/// <param name="OperationId">The operation's id.</param>
/// <param name="UnverifiedTag">The tag of a reservation's id that could not be verified; null otherwise.</param>
internal readonly record struct OutboxKey(string? Partition, string? Scope, string OperationId, string? UnverifiedTag = null);
