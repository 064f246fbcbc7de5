using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One page of entries. Immutable.</summary>
/// <param name="Entries">The entries, in the order of the query.</param>
/// <param name="NextCursor">The place of the next page, to be given with the same query; null after the last one. It is an opaque text.</param>
public sealed record LedgerPage(ImmutableArray<LedgerEntry> Entries, string? NextCursor);
