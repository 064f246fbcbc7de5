using System.Collections.Immutable;
using System.Numerics;

namespace BudgetFirewall.Receipts;

/// <summary>
/// The right edge of a Merkle tree: the hashes of the complete subtrees that its leaves make, one for each bit of its size. It is all that is needed to append leaves and to know the root. Not thread-safe.
/// </summary>
/// <example><code>
/// var tree = new MerkleFrontier();
/// tree.Append(MerkleHash.OfLeaf(bytes));
/// var root = tree.Root;
/// </code></example>
public sealed class MerkleFrontier
{
    private readonly List<MerkleHash> _edge;

    /// <summary>An empty tree.</summary>
    public MerkleFrontier() => _edge = [];

    /// <summary>The edge of a tree, to go on from.</summary>
    /// <param name="size">The number of leaves.</param>
    /// <param name="edge">The hashes, as <see cref="Edge"/> gave them.</param>
    /// <exception cref="ArgumentException">A tree of that size has another number of hashes at its edge.</exception>
    public MerkleFrontier(long size, IReadOnlyCollection<MerkleHash> edge)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(edge);
        if (edge.Count != BitOperations.PopCount((ulong)size))
            throw new ArgumentException($"A tree of {size} leaves has {BitOperations.PopCount((ulong)size)} hashes at its edge, not {edge.Count}.", nameof(edge));
        (Size, _edge) = (size, [.. edge]);
    }

    /// <summary>The number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>The hashes of the complete subtrees at the edge, the largest first.</summary>
    public ImmutableArray<MerkleHash> Edge => [.. _edge];

    /// <summary>The hash of the whole tree.</summary>
    public MerkleHash Root => MerkleRange.Fold(_edge);

    /// <summary>Appends a leaf.</summary>
    /// <param name="leaf">The hash of the leaf.</param>
    /// <param name="onCompleted">Told of each subtree above the leaves that is complete with this leaf, the lowest first; null for nobody.</param>
    public void Append(MerkleHash leaf, Action<MerkleSubtree, MerkleHash>? onCompleted = null)
    {
        var hash = leaf;
        for (var level = 0; ((Size >> level) & 1) == 1; level++)
        {
            hash = MerkleHash.OfNode(_edge[^1], hash);
            _edge.RemoveAt(_edge.Count - 1);
            onCompleted?.Invoke(new(level + 1, Size >> (level + 1)), hash);
        }
        _edge.Add(hash);
        Size++;
    }
}
