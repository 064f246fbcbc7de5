using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>What is written to the ledger together: an entry, changes of state, or both.</summary>
/// <param name="Entry">The entry; null for none.</param>
/// <param name="Changes">The changes of state; empty for none.</param>
internal readonly record struct FeedItem(LedgerEntry? Entry, ImmutableArray<StateChange> Changes);
