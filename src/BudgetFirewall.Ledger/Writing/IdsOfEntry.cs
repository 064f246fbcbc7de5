namespace BudgetFirewall.Storage;

/// <summary>The ids of what an entry names.</summary>
/// <param name="Scopes">Its scopes, in the order in which they are kept.</param>
/// <param name="Attribution">All its scopes together.</param>
/// <param name="Counters">Its counters, in the order of the entry.</param>
/// <param name="PriceVersion">The prices of its lines; null where it has none.</param>
internal readonly record struct IdsOfEntry((long Kind, long Scope)[] Scopes, long Attribution, long[] Counters, long? PriceVersion);
