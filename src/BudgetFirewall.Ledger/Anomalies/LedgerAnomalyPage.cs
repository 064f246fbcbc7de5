using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One page of anomalies. Immutable.</summary>
/// <param name="Anomalies">The anomalies, those found last first.</param>
/// <param name="NextCursor">The place of the next page, to be given with the same query; null after the last one. It is an opaque text.</param>
public sealed record LedgerAnomalyPage(ImmutableArray<LedgerAnomaly> Anomalies, string? NextCursor);
