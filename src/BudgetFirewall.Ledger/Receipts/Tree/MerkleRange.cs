using System.Numerics;

namespace BudgetFirewall.Receipts;

/// <summary>
/// Leaves that follow one another and whose hash is a part of a proof. It is the hash of one complete subtree, or of a few, which are folded from the right: so that a proof takes O(log n) stored hashes.
/// </summary>
/// <param name="First">The index of the first leaf, a multiple of the largest power of two that is not above the number of leaves.</param>
/// <param name="End">The index after the last leaf.</param>
public readonly record struct MerkleRange(long First, long End)
{
    /// <summary>The complete subtrees of the range, from the left: each is smaller than the one before.</summary>
    public IReadOnlyList<MerkleSubtree> Subtrees
    {
        get
        {
            var subtrees = new List<MerkleSubtree>();
            for (var first = First; first < End;)
            {
                var level = BitOperations.Log2((ulong)(End - first));
                subtrees.Add(new(level, first >> level));
                first += 1L << level;
            }
            return subtrees;
        }
    }

    /// <summary>The hash of the range; that of an empty tree for no leaves.</summary>
    /// <param name="hashOf">The hash of each of its <see cref="Subtrees"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="hashOf"/> is null.</exception>
    public MerkleHash HashFrom(Func<MerkleSubtree, MerkleHash> hashOf)
    {
        ArgumentNullException.ThrowIfNull(hashOf);
        return Fold([.. Subtrees.Select(hashOf)]);
    }

    /// <summary>The hash of complete subtrees that stand side by side, each smaller than the one before.</summary>
    internal static MerkleHash Fold(IReadOnlyList<MerkleHash> subtrees)
    {
        if (subtrees.Count == 0)
            return MerkleHash.OfEmptyTree;
        var hash = subtrees[^1];
        for (var i = subtrees.Count - 2; i >= 0; i--)
            hash = MerkleHash.OfNode(subtrees[i], hash);
        return hash;
    }
}
