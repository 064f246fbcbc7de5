using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One page of counters. Immutable.</summary>
/// <param name="Counters">The counters.</param>
/// <param name="NextCursor">The place of the next page; null after the last one. It is an opaque text.</param>
public sealed record LedgerCounterPage(ImmutableArray<LedgerCounterTotal> Counters, string? NextCursor);
