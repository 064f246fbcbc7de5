namespace BudgetFirewall.Receipts;

/// <summary>A complete subtree of a Merkle tree: one node with all leaves below it.</summary>
/// <param name="Level">The level of the node: 0 for a leaf, one more for each level above.</param>
/// <param name="Index">The place among the nodes of its level, from 0.</param>
public readonly record struct MerkleSubtree(int Level, long Index)
{
    /// <summary>The number of leaves below the node.</summary>
    public long Size => 1L << Level;
}
