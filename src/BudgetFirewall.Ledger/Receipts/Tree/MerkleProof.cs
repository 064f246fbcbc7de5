using System.Numerics;

namespace BudgetFirewall.Receipts;

/// <summary>
/// The proofs of RFC 6962, sections 2.1.1 and 2.1.2: that a leaf is in a tree, and that one tree is the beginning of another. They are made of the hashes of some ranges of leaves, and verified as RFC 9162,
/// sections 2.1.3.2 and 2.1.4.2, says. Thread-safe.
/// </summary>
public static class MerkleProof
{
    /// <summary>The ranges whose hashes, in this order, prove that a leaf is in a tree.</summary>
    /// <param name="index">The index of the leaf, from 0.</param>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static IReadOnlyList<MerkleRange> OfInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var ranges = new List<MerkleRange>();
        for (var (first, end) = (0L, size); end - first > 1;)
        {
            var middle = Middle(first, end);
            if (index < middle)
                (ranges, end) = ([new(middle, end), .. ranges], middle);
            else
                (ranges, first) = ([new(first, middle), .. ranges], middle);
        }
        return ranges;
    }

    /// <summary>The ranges whose hashes, in this order, prove that a tree begins with a smaller one.</summary>
    /// <param name="first">The number of leaves of the smaller tree, 1 or more.</param>
    /// <param name="second">The number of leaves of the larger tree, or the same number, which needs no proof.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or the second is the smaller one.</exception>
    public static IReadOnlyList<MerkleRange> OfConsistency(long first, long second)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(second, first);
        var ranges = new List<MerkleRange>();
        var (begin, end) = (0L, second);
        while (first != end)
        {
            var middle = Middle(begin, end);
            if (first <= middle)
                (ranges, end) = ([new(middle, end), .. ranges], middle);
            else
                (ranges, begin) = ([new(begin, middle), .. ranges], middle);
        }
        // The verifier has the hash of the smaller tree where that is the complete subtree on the left.
        return begin == 0 ? ranges : [new(begin, end), .. ranges];
    }

    /// <summary>Verifies that a leaf is in a tree.</summary>
    /// <param name="leaf">The hash of the leaf.</param>
    /// <param name="index">The index of the leaf, from 0.</param>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <param name="proof">The hashes of the proof.</param>
    /// <param name="root">The hash of the tree.</param>
    /// <returns>True when the proof holds.</returns>
    public static bool VerifyInclusion(MerkleHash leaf, long index, long size, ReadOnlySpan<MerkleHash> proof, MerkleHash root)
    {
        if (index < 0 || index >= size)
            return false;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var part in proof)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleHash.OfNode(part, hash);
                (node, last) = UpWhereLeft(node, last);
            }
            else
            {
                hash = MerkleHash.OfNode(hash, part);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>Verifies that a tree begins with a smaller one.</summary>
    /// <param name="first">The number of leaves of the smaller tree.</param>
    /// <param name="second">The number of leaves of the larger tree.</param>
    /// <param name="proof">The hashes of the proof.</param>
    /// <param name="firstRoot">The hash of the smaller tree.</param>
    /// <param name="secondRoot">The hash of the larger tree.</param>
    /// <returns>True when the proof holds. Trees of one size are the same without a proof; nothing is proved of a tree without leaves and another one.</returns>
    public static bool VerifyConsistency(long first, long second, ReadOnlySpan<MerkleHash> proof, MerkleHash firstRoot, MerkleHash secondRoot)
    {
        if (first == second)
            return first >= 0 && proof.IsEmpty && firstRoot == secondRoot && (first > 0 || firstRoot == MerkleHash.OfEmptyTree);
        if (first < 1 || second < first)
            return false;
        var isComplete = BitOperations.IsPow2(first);
        if (proof.IsEmpty && !isComplete)
            return false;
        var begin = isComplete ? firstRoot : proof[0];
        var (node, last) = (first - 1, second - 1);
        while ((node & 1) == 1)
            (node, last) = (node >> 1, last >> 1);
        var (firstHash, secondHash) = (begin, begin);
        foreach (var part in isComplete ? proof : proof[1..])
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                (firstHash, secondHash) = (MerkleHash.OfNode(part, firstHash), MerkleHash.OfNode(part, secondHash));
                (node, last) = UpWhereLeft(node, last);
            }
            else
            {
                secondHash = MerkleHash.OfNode(secondHash, part);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && firstHash == firstRoot && secondHash == secondRoot;
    }

    // The last node of a level that has nothing on its right stands for itself some levels further up.
    private static (long Node, long Last) UpWhereLeft(long node, long last)
    {
        while ((node & 1) == 0 && node != 0)
            (node, last) = (node >> 1, last >> 1);
        return (node, last);
    }

    /// <summary>The place where the leaves of a range are divided: after the largest power of two that is less than their number.</summary>
    private static long Middle(long first, long end) => first + (1L << BitOperations.Log2((ulong)(end - first - 1)));
}
