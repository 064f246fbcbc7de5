using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>The checkpoints of a ledger's logs in its database. Thread-safe.</summary>
internal sealed class StoredCheckpoints(LedgerDatabase database, LedgerReceiptOptions options)
{
    // Every partition that somebody asks for has a log without entries, so they are bounded.
    private const int MostWithoutEntries = 1_000;

    private readonly ConcurrentDictionary<string, LedgerCheckpoint> _signed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LedgerCheckpoint> _withoutEntries = new(StringComparer.Ordinal);

    /// <summary>A checkpoint of a log as it is now: the last one where nothing was appended since and the signer has signed it, else a new one, which is kept and published.</summary>
    /// <exception cref="LedgerException">A later version has written the database, the tree or a checkpoint in it is damaged, the tree does not continue the last checkpoint, or it cannot be signed or published.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached.</exception>
    public async ValueTask<LedgerCheckpoint> MakeAsync(string? partition, CancellationToken cancellationToken)
    {
        var log = LogName.Of(options.Origin, partition);
        var (id, tree, last) = await ReadAsync(log, partition, cancellationToken).ConfigureAwait(false);
        if (tree.Size == 0)
            last = _withoutEntries.GetValueOrDefault(log);
        if (last is not null && last.Origin == log && last.TreeSize == tree.Size && last.Root == tree.Root && IsSigned(last))
            return last;
        var made = await SignAsync(log, tree, cancellationToken).ConfigureAwait(false);
        if (id is { } known && made.TreeSize > 0)
            await KeepAsync(known, made, cancellationToken).ConfigureAwait(false);
        return made;
    }

    private async ValueTask<LedgerCheckpoint> SignAsync(string log, MerkleFrontier tree, CancellationToken cancellationToken)
    {
        try
        {
            var made = await LedgerCheckpoint.SignAsync(log, tree.Size, tree.Root, options.Signer, cancellationToken: cancellationToken).ConfigureAwait(false);
            // A log without entries proves nothing: its checkpoint is neither published nor kept in the database.
            if (made.TreeSize == 0)
            {
                if (_withoutEntries.Count >= MostWithoutEntries)
                    _withoutEntries.Clear();
                return _withoutEntries[log] = made;
            }
            _signed.AddOrUpdate(log, made, (_, before) => before.TreeSize > made.TreeSize ? before : made);
            // Before anybody else can have it: what is in nobody's hands proves nothing, and one that is published twice does no harm.
            if (options.Publish is { } publish)
                await publish(made, cancellationToken).ConfigureAwait(false);
            return made;
        }
#pragma warning disable CA1031 // Signers and places of publication are the application's, and fail in their own ways.
        catch (Exception e) when (IsFailure(e, cancellationToken))
#pragma warning restore CA1031
        {
            throw NotSigned(log, e);
        }
    }

    private bool IsSigned(LedgerCheckpoint checkpoint)
    {
        try
        {
            return checkpoint.IsSignedBy(options.Signer.Key);
        }
#pragma warning disable CA1031 // A key may be asked for where it lies.
        catch (Exception e) when (IsFailure(e, CancellationToken.None))
#pragma warning restore CA1031
        {
            throw NotSigned(checkpoint.Origin, e);
        }
    }

    // A signer that has waited in vain throws as somebody who does not want to wait any more.
    private static bool IsFailure(Exception e, CancellationToken cancellationToken) => e is not LedgerException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static LedgerException NotSigned(string log, Exception e) => new($"A checkpoint of {log} could not be signed or published: {e.Message}", e);

    /// <summary>The last checkpoint of a log; null when there is none.</summary>
    /// <exception cref="LedgerException">The checkpoint is damaged.</exception>
    public static async ValueTask<LedgerCheckpoint?> LastAsync(LedgerSession session, long partition, CancellationToken cancellationToken)
    {
        var command = session.Command("find_checkpoint").With("partition", partition);
        await using var _ = command.ConfigureAwait(false);
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string text ? LedgerCheckpoint.Parse(text) : null;
        }
        catch (FormatException e)
        {
            throw new LedgerException($"The last checkpoint in the ledger cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The texts of all checkpoints of a log, the smallest first.</summary>
    public static async ValueTask<ImmutableArray<string>> TextsAsync(LedgerSession session, long partition, CancellationToken cancellationToken)
    {
        var command = session.Command("read_checkpoints").With("partition", partition);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var texts = ImmutableArray.CreateBuilder<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            texts.Add(reader.GetString(0));
        return texts.ToImmutable();
    }

    /// <summary>The id of a partition's name: 0 for none, null for one that the ledger does not know.</summary>
    public static async ValueTask<long?> PartitionAsync(LedgerSession session, string? partition, CancellationToken cancellationToken)
    {
        if (partition is null)
            return 0;
        var command = session.Command("find_name").With("name", partition);
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is { } id and not DBNull ? Convert.ToInt64(id, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The partitions to whose logs something was appended since their last checkpoints, and those whose logs are smaller than these, which is to be noticed.</summary>
    public async ValueTask<IReadOnlyList<string?>> PartitionsBehindAsync(CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("logs_without_checkpoint");
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var partitions = new List<string?>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            partitions.Add(reader.OptionalText(0));
        return partitions;
    }

    /// <summary>The tree of a log and its last checkpoint, when the tree continues that one and the one that this process has signed last.</summary>
    private async ValueTask<(long? Partition, MerkleFrontier Tree, LedgerCheckpoint? Last)> ReadAsync(string log, string? partition, CancellationToken cancellationToken)
    {
        // Taken before the tree is read, which is never older then.
        var signed = _signed.GetValueOrDefault(log);
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await PartitionAsync(session, partition, cancellationToken).ConfigureAwait(false) is not { } id)
        {
            if (signed is not null)
                throw DoesNotContinue(signed, 0);
            return (null, new(), null);
        }
        var tree = await StoredTree.EdgeAsync(session, id, cancellationToken).ConfigureAwait(false);
        var last = await LastAsync(session, id, cancellationToken).ConfigureAwait(false);
        foreach (var before in new[] { last, signed }.OfType<LedgerCheckpoint>().DistinctBy(checkpoint => (checkpoint.TreeSize, checkpoint.Root)))
        {
            var (first, second) = (before.TreeSize, tree.Size);
            var proof = first > 0 && first < second ? await StoredTree.HashesAsync(session, id, MerkleProof.OfConsistency(first, second), cancellationToken).ConfigureAwait(false) : [];
            if (first > 0 && !MerkleProof.VerifyConsistency(first, second, proof.AsSpan(), before.Root, tree.Root))
                throw DoesNotContinue(before, second);
        }
        return (id, tree, last);
    }

    private static LedgerException DoesNotContinue(LedgerCheckpoint before, long size) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The log {before.Origin} has {size} entries now, which do not continue the {before.TreeSize} that a checkpoint was made of: it was cut or changed. Nothing is signed. Verify the whole ledger."));

    private async ValueTask KeepAsync(long partition, LedgerCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var rows = new LedgerRows("ledger_checkpoints", ["partition_id", "tree_size"], ["text"], "on conflict (partition_id, tree_size) do update set text = excluded.text");
        rows.Add([partition, checkpoint.TreeSize], checkpoint.Text);
        await database.Dialect.InsertAsync(session.Transaction, [rows], cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
