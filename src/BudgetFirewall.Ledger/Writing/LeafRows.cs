using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>The leaves of some entries, table by table, with the trees of their partitions as they are afterwards. Not thread-safe.</summary>
/// <param name="trees">The trees as they are before, by the ids of their partitions.</param>
/// <param name="personalKinds">The kinds of scopes whose ids belong to persons.</param>
internal sealed class LeafRows(IReadOnlyDictionary<long, MerkleFrontier> trees, IReadOnlySet<string> personalKinds)
{
    private readonly LedgerRows _leaves = new("ledger_leaves", ["partition_id", "leaf_index", "entry_id"], ["hash"]);
    private readonly LedgerRows _nodes = new("ledger_tree_nodes", ["partition_id", "level", "node_index"], ["hash"]);
    private readonly LedgerRows _personalValues = new("ledger_personal_values", ["entry_id", "scope_id"], ["salt"]);
    private readonly LedgerRows _personalTexts = new("ledger_personal_texts", ["entry_id", "field"], ["salt"]);

    /// <summary>Appends the leaf of an entry to the tree of its partition.</summary>
    /// <param name="entry">The entry as it will be read.</param>
    /// <param name="key">Its key.</param>
    /// <param name="ids">The ids of what it names.</param>
    public void Add(LedgerEntry entry, long key, EntryIds ids)
    {
        var partition = ids.Name(entry.Partition);
        var tree = trees[partition];
        var personalValues = CanonicalEntry.PersonalValuesOf(entry, personalKinds);
        foreach (var value in personalValues)
        {
            var salt = Convert.ToBase64String(value.Salt.AsSpan());
            if (value.Field is { } field)
                _personalTexts.Add([key, field.Number], salt);
            else
                _personalValues.Add([key, ids.Scope(value.Kind, value.Id).Scope], salt);
        }
        var leaf = CanonicalEntry.LeafOf(entry, personalValues);
        _leaves.Add([partition, tree.Size, key], leaf.ToString());
        tree.Append(leaf, (subtree, hash) =>
        {
            if (StoredTree.IsKept(subtree))
                _nodes.Add([partition, subtree.Level, subtree.Index], hash.ToString());
        });
    }

    /// <summary>All rows, in the order in which they are inserted.</summary>
    public IReadOnlyList<LedgerRows> All()
    {
        var edges = new LedgerRows("ledger_trees", ["partition_id", "size"], ["edge"], "on conflict (partition_id) do update set size = excluded.size, edge = excluded.edge");
        foreach (var (partition, tree) in trees)
            edges.Add([partition, tree.Size], StoredTree.TextOf(tree));
        return [_leaves, _nodes, _personalValues, _personalTexts, edges];
    }
}
