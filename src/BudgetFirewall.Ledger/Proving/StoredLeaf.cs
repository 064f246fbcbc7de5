namespace BudgetFirewall.Storage;

/// <summary>A leaf as a database keeps it.</summary>
/// <param name="Index">Its place in the tree.</param>
/// <param name="Key">The key of its entry.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="IsRemoved">True when the entry was removed because of its age.</param>
internal readonly record struct StoredLeaf(long Index, long Key, string Hash, bool IsRemoved);
