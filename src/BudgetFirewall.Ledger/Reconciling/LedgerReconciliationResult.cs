using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>The result of comparing a ledger with a store. Immutable.</summary>
/// <param name="Counters">The number of counters that were compared.</param>
/// <param name="Differences">The counters that differ.</param>
public sealed record LedgerReconciliationResult(int Counters, ImmutableArray<LedgerDifference> Differences);
