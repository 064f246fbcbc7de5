using System.Collections.Immutable;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>
/// The Merkle tree of a partition as a database keeps it: its leaves, its right edge, and the complete subtrees of every fourth level. All others follow from at most eight of these, so that a proof reads a few rows for
/// each level.
/// </summary>
internal static class StoredTree
{
    private const int KeptLevels = 4;

    /// <summary>True for subtrees that have a row of their own.</summary>
    public static bool IsKept(MerkleSubtree subtree) => subtree.Level > 0 && subtree.Level % KeptLevels == 0;

    /// <summary>The right edge of a tree as text.</summary>
    public static string TextOf(MerkleFrontier tree) => string.Join(' ', tree.Edge);

    /// <summary>The right edge of the tree of a partition; an empty tree where there is none yet.</summary>
    /// <exception cref="LedgerException">The row is not what a tree has.</exception>
    public static async ValueTask<MerkleFrontier> EdgeAsync(LedgerSession session, long partition, CancellationToken cancellationToken) =>
        (await EdgesAsync(session, [partition], cancellationToken).ConfigureAwait(false))[partition];

    /// <summary>The right edges of the trees of some partitions; empty trees where there are none yet.</summary>
    /// <exception cref="LedgerException">A row is not what a tree has.</exception>
    public static async ValueTask<Dictionary<long, MerkleFrontier>> EdgesAsync(LedgerSession session, IReadOnlyList<long> partitions, CancellationToken cancellationToken)
    {
        var trees = partitions.ToDictionary(partition => partition, _ => new MerkleFrontier());
        var command = session.Command("read_trees", partitions);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            trees[reader.GetInt64(0)] = EdgeOf(reader.GetInt64(1), reader.GetString(2));
        return trees;
    }

    /// <summary>The hashes of ranges of leaves, which are a proof.</summary>
    /// <exception cref="LedgerException">A hash is missing.</exception>
    public static async ValueTask<ImmutableArray<MerkleHash>> HashesAsync(LedgerSession session, long partition, IReadOnlyList<MerkleRange> ranges, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<MerkleSubtree, MerkleHash>();
        foreach (var subtree in ranges.SelectMany(range => range.Subtrees))
            hashes[subtree] = await HashAsync(session, partition, subtree, cancellationToken).ConfigureAwait(false);
        return [.. ranges.Select(range => range.HashFrom(subtree => hashes[subtree]))];
    }

    /// <exception cref="LedgerException">The text is no hash.</exception>
    public static MerkleHash HashOf(string text) => MerkleHash.TryParse(text, out var hash) ? hash : throw Damaged();

    private static MerkleFrontier EdgeOf(long size, string edge)
    {
        try
        {
            return new(size, [.. edge.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(HashOf)]);
        }
        catch (ArgumentException e)
        {
            throw Damaged(e);
        }
    }

    private static async ValueTask<MerkleHash> HashAsync(LedgerSession session, long partition, MerkleSubtree subtree, CancellationToken cancellationToken)
    {
        var above = subtree.Level % KeptLevels;
        var (level, first, count) = (subtree.Level - above, subtree.Index << above, 1L << above);
        var command = (level == 0 ? session.Command("read_leaf_hashes") : session.Command("read_nodes").With("level", (long)level))
            .With("partition", partition).With("first", first).With("end", first + count);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var tree = new MerkleFrontier();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            tree.Append(HashOf(reader.GetString(0)));
        return tree.Size == count ? tree.Root : throw Damaged();
    }

    private static LedgerException Damaged(Exception? cause = null) => new("The tree of the ledger's receipts is damaged: rows of it are missing or were changed. Verifying the whole ledger says which.", cause);
}
