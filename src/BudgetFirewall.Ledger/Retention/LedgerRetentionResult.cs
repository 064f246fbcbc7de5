namespace BudgetFirewall;

/// <summary>The result of removing old entries. Immutable.</summary>
/// <param name="Removed">The number of entries removed.</param>
/// <param name="IsComplete">False when the time limit came before all were removed; the next call goes on.</param>
public sealed record LedgerRetentionResult(long Removed, bool IsComplete);
