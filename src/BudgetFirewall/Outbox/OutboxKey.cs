namespace BudgetFirewall;

/// <summary>What an entry of the outbox is of.</summary>
/// <param name="Partition">Its partition; null without partitions.</param>
/// <param name="Scope">Whose the operation's id is; null for nobody's in particular.</param>
/// <param name="OperationId">The operation's id.</param>
/// <param name="UnverifiedTag">The tag of a reservation's id that could not be told right or wrong; null otherwise.</param>
internal readonly record struct OutboxKey(string? Partition, string? Scope, string OperationId, string? UnverifiedTag = null);
