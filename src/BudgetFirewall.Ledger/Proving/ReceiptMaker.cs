using System.Collections.Immutable;
using System.Globalization;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>Makes receipts and proofs of consistency from what a ledger's database keeps. Thread-safe.</summary>
internal sealed class ReceiptMaker(LedgerDatabase database, StoredCheckpoints checkpoints)
{
    /// <summary>The receipt of an entry, by a checkpoint that has it, which is made where there is none; null for an entry that is not there or has no leaf.</summary>
    public async ValueTask<LedgerReceipt?> MakeAsync(LedgerEntryId id, CancellationToken cancellationToken)
    {
        var (receipt, entry) = await TryMakeAsync(id, cancellationToken).ConfigureAwait(false);
        if (receipt is not null || entry is null)
            return receipt;
        await checkpoints.MakeAsync(entry.Partition, cancellationToken).ConfigureAwait(false);
        return (await TryMakeAsync(id, cancellationToken).ConfigureAwait(false)).Receipt;
    }

    /// <summary>The proof that the log of a partition at one size begins with what it was at another one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sizes are not those of this log, or the first one is not the smaller one.</exception>
    public async ValueTask<ImmutableArray<MerkleHash>> ProveConsistencyAsync(string? partition, long first, long second, CancellationToken cancellationToken)
    {
        if (first == 0)
            return [];
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var id = await StoredCheckpoints.PartitionAsync(session, partition, cancellationToken).ConfigureAwait(false);
        var size = id is { } known ? (await StoredTree.EdgeAsync(session, known, cancellationToken).ConfigureAwait(false)).Size : 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(second, size);
        return await StoredTree.HashesAsync(session, id!.Value, MerkleProof.OfConsistency(first, second), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The receipt, where a checkpoint has the entry; the entry, where it has a leaf.</summary>
    private async ValueTask<(LedgerReceipt? Receipt, LedgerEntry? Entry)> TryMakeAsync(LedgerEntryId id, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await EntryReader.FindAsync(session, id, cancellationToken).ConfigureAwait(false) is not (var key, var entry))
            return (null, null);
        if (await FindLeafAsync(session, key, cancellationToken).ConfigureAwait(false) is not (var partition, var index))
            return (null, null);
        if (await StoredCheckpoints.LastAsync(session, partition, cancellationToken).ConfigureAwait(false) is not { } checkpoint || checkpoint.TreeSize <= index)
            return (null, entry);
        var values = (await new StoredPersonalValues(session).ReadAsync([key], cancellationToken).ConfigureAwait(false))[key];
        try
        {
            return (new()
            {
                Entry = entry,
                PersonalValues = [.. values.Select(value => value.ToValue(entry))],
                LeafIndex = index,
                TreeSize = checkpoint.TreeSize,
                Proof = await StoredTree.HashesAsync(session, partition, MerkleProof.OfInclusion(index, checkpoint.TreeSize), cancellationToken).ConfigureAwait(false),
                Checkpoint = checkpoint,
            }, entry);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new LedgerException(string.Create(CultureInfo.InvariantCulture, $"The entry {entry.Id} has no receipt any more, because what belongs to it was changed: {e.Message}"), e);
        }
    }

    private static async ValueTask<(long Partition, long Index)?> FindLeafAsync(LedgerSession session, long key, CancellationToken cancellationToken)
    {
        var command = session.Command("find_leaf").With("entry", key);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }
}
