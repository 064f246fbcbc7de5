using System.Data.Common;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>
/// Verifies the log of one partition, entry by entry: works the leaves out from the entries and the tree out from the leaves, and compares both with what the database keeps and with checkpoints. For one use.
/// </summary>
internal sealed class LogVerifier(LedgerSession session, string origin, string? partition, IReadOnlyCollection<ReceiptKey> keys)
{
    private const int LeavesAtOnce = 1_000;
    private const int MostAdded = 100;

    private readonly EntryAssembly _entries = new();
    private readonly StoredPersonalValues _values = new(session);
    private readonly List<LedgerFinding> _findings = [];
    private readonly Dictionary<int, List<MerkleHash>> _nodes = [];
    private readonly MerkleFrontier _tree = new();
    private readonly Queue<LedgerCheckpoint> _checkpoints = new();
    private readonly Dictionary<long, long> _erasures = [];
    private long _removed;
    private long _erased;
    private bool _hasGap;

    /// <param name="published">Checkpoints that were kept outside of the database. Those of other logs are passed over.</param>
    /// <param name="cancellationToken">Ends the verifying.</param>
    public async ValueTask<LedgerVerification> RunAsync(IEnumerable<LedgerCheckpoint> published, CancellationToken cancellationToken)
    {
        var log = LogName.Of(origin, partition);
        if (await StoredCheckpoints.PartitionAsync(session, partition, cancellationToken).ConfigureAwait(false) is not { } id)
            id = -1;
        var stored = (await StoredCheckpoints.TextsAsync(session, id, cancellationToken).ConfigureAwait(false)).Select(Read).OfType<LedgerCheckpoint>().Select(checkpoint => Trusted(checkpoint, log));
        var trusted = stored.Concat(published.Where(checkpoint => checkpoint.Origin == log).Select(checkpoint => Trusted(checkpoint, log))).OfType<LedgerCheckpoint>();
        foreach (var checkpoint in trusted.OrderBy(checkpoint => checkpoint.TreeSize))
            _checkpoints.Enqueue(checkpoint);
        var count = _checkpoints.Count;
        await ReadErasuresAsync(cancellationToken).ConfigureAwait(false);
        CompareWithCheckpoints();
        // What follows a gap has no place in the tree any more.
        while (!_hasGap && await ReadLeavesAsync(id, cancellationToken).ConfigureAwait(false) is { Count: > 0 } leaves)
        {
            foreach (var leaf in await RealLeavesAsync(leaves, cancellationToken).ConfigureAwait(false))
            {
                _tree.Append(leaf, KeepNode);
                CompareWithCheckpoints();
            }
        }
        foreach (var checkpoint in _hasGap ? [] : _checkpoints)
            Find(LedgerFindingKind.CutOff, $"A checkpoint was signed for {checkpoint.TreeSize} entries, and the log has {_tree.Size}: its end was cut off.", _tree.Size);
        await CompareTreeAsync(id, cancellationToken).ConfigureAwait(false);
        await FindAddedAsync(id, cancellationToken).ConfigureAwait(false);
        if (_erased > _erasures.Values.Sum())
            Find(LedgerFindingKind.ErasureUnknown, $"{_erased} ids and texts were erased, and the log of erasures knows of {_erasures.Values.Sum()}.");
        return new(_tree.Size, _removed, _erased, count, [.. _findings]);
    }

    private static bool IsDamage(Exception e) => e is not (OperationCanceledException or DbException);

    private LedgerCheckpoint? Read(string text)
    {
        try
        {
            return LedgerCheckpoint.Parse(text);
        }
        catch (FormatException e)
        {
            Find(LedgerFindingKind.CheckpointForged, $"A checkpoint in the database cannot be read: {e.Message}");
            return null;
        }
    }

    private LedgerCheckpoint? Trusted(LedgerCheckpoint checkpoint, string log)
    {
        if (checkpoint.Origin == log && keys.Any(checkpoint.IsSignedBy))
            return checkpoint;
        Find(LedgerFindingKind.CheckpointForged, $"A checkpoint of {checkpoint.Origin} for {checkpoint.TreeSize} entries is not signed by a trusted key in the name of {log}.");
        return null;
    }

    private void CompareWithCheckpoints()
    {
        while (_checkpoints.TryPeek(out var checkpoint) && checkpoint.TreeSize == _tree.Size)
        {
            _checkpoints.Dequeue();
            if (checkpoint.Root != _tree.Root)
                Find(LedgerFindingKind.CheckpointDiffers, $"The first {_tree.Size} entries are not those that a checkpoint was signed for.");
        }
    }

    private async ValueTask<List<StoredLeaf>> ReadLeavesAsync(long id, CancellationToken cancellationToken)
    {
        var command = session.Command("read_leaves").With("partition", id).With("first", _tree.Size).With("limit", (long)LeavesAtOnce);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var leaves = new List<StoredLeaf>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            leaves.Add(new(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3) != 0));
        return leaves;
    }

    /// <summary>The hashes of leaves that follow one another, each compared with its entry, up to the first one that is missing.</summary>
    private async ValueTask<List<MerkleHash>> RealLeavesAsync(List<StoredLeaf> leaves, CancellationToken cancellationToken)
    {
        List<long> keys = [.. leaves.Where(leaf => !leaf.IsRemoved).Select(leaf => leaf.Key)];
        var values = keys.Count == 0 ? null : await _values.ReadAsync(keys, cancellationToken).ConfigureAwait(false);
        var entries = await ReadEntriesAsync(keys, cancellationToken).ConfigureAwait(false);
        var hashes = new List<MerkleHash>(leaves.Count);
        foreach (var leaf in leaves)
        {
            var index = _tree.Size + hashes.Count;
            if (leaf.Index != index)
            {
                Find(LedgerFindingKind.TreeChanged, $"The leaf {index} is gone; the next one is {leaf.Index}.", index);
                _hasGap = true;
                break;
            }
            var kept = MerkleHash.TryParse(leaf.Hash, out var hash);
            if (leaf.IsRemoved)
                _removed++;
            else if (entries.TryGetValue(leaf.Key, out var entry) && entry is not null)
                Compare(leaf, entry, values![leaf.Key], kept ? hash : null);
            else if (entries.ContainsKey(leaf.Key))
                Find(LedgerFindingKind.EntryChanged, $"The entry of the leaf {index} cannot be read any more.", index);
            else
                Find(LedgerFindingKind.EntryMissing, $"The entry of the leaf {index} is gone.", index);
            hashes.Add(hash);
        }
        return hashes;
    }

    private void Compare(StoredLeaf leaf, LedgerEntry entry, IEnumerable<StoredPersonalValue> values, MerkleHash? kept)
    {
        // The key is in no leaf, and lists find entries by it.
        if (!EntryKey.IsOf(leaf.Key, entry.TimeMicroseconds))
        {
            Find(LedgerFindingKind.EntryChanged, $"The key {leaf.Key} of the entry {entry.Id} is none of its time, where lists look for it.", leaf.Index, entry.Id);
            return;
        }
        try
        {
            List<PersonalValue> all = [.. values.Select(value => value.ToValue(entry))];
            CompareErased(leaf, entry, all);
            if (CanonicalEntry.LeafOf(entry, all) == kept)
                return;
        }
        catch (Exception e) when (IsDamage(e))
        {
            Find(LedgerFindingKind.EntryChanged, $"What belongs to the entry {entry.Id} was changed: {e.Message}", leaf.Index, entry.Id);
            return;
        }
        Find(LedgerFindingKind.EntryChanged, $"The entry {entry.Id}, or the leaf {leaf.Index} that was made with it, was changed.", leaf.Index, entry.Id);
    }

    private void CompareErased(StoredLeaf leaf, LedgerEntry entry, List<PersonalValue> values)
    {
        foreach (var value in values.Where(value => value.IsErased))
        {
            _erased++;
            if (value.Field != PersonalField.CorrectedEntryId && !PersonalValue.ErasedNumbersIn(value.Id).Any(_erasures.ContainsKey))
                Find(LedgerFindingKind.ErasureUnknown, $"In the entry {entry.Id} something was exchanged as if somebody had been erased, and the log of erasures does not have it.", leaf.Index, entry.Id);
        }
    }

    private async ValueTask ReadErasuresAsync(CancellationToken cancellationToken)
    {
        var command = session.Command("sum_erasures");
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            _erasures[reader.GetInt64(0)] = reader.GetInt64(1);
    }

    /// <summary>Entries by their keys; null for one that cannot be read.</summary>
    private async ValueTask<Dictionary<long, LedgerEntry?>> ReadEntriesAsync(List<long> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return [];
        try
        {
            return (await EntryReader.OfKeysAsync(session, _entries, keys, cancellationToken).ConfigureAwait(false)).ToDictionary(entry => entry.Key, entry => (LedgerEntry?)entry.Entry);
        }
        catch (Exception e) when (IsDamage(e))
        {
            if (keys.Count == 1)
                return new() { [keys[0]] = null };
            var half = keys.Count / 2;
            var entries = await ReadEntriesAsync(keys[..half], cancellationToken).ConfigureAwait(false);
            foreach (var (key, entry) in await ReadEntriesAsync(keys[half..], cancellationToken).ConfigureAwait(false))
                entries[key] = entry;
            return entries;
        }
    }

    private void KeepNode(MerkleSubtree subtree, MerkleHash hash)
    {
        if (!StoredTree.IsKept(subtree))
            return;
        if (!_nodes.TryGetValue(subtree.Level, out var nodes))
            _nodes[subtree.Level] = nodes = [];
        nodes.Add(hash);
    }

    /// <summary>Compares what the database keeps of the tree with the tree that follows from the leaves.</summary>
    private async ValueTask CompareTreeAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            var edge = await StoredTree.EdgeAsync(session, id, cancellationToken).ConfigureAwait(false);
            if (StoredTree.TextOf(edge) != StoredTree.TextOf(_tree))
                Find(LedgerFindingKind.TreeChanged, $"The tree of the log is kept as one of {edge.Size} entries, and is not the one of its {_tree.Size} leaves.");
        }
        catch (LedgerException e)
        {
            Find(LedgerFindingKind.TreeChanged, e.Message);
        }
        var command = session.Command("read_all_nodes").With("partition", id);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var right = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (level, index) = (reader.GetInt64(0), reader.GetInt64(1));
            if (level <= int.MaxValue && _nodes.TryGetValue((int)level, out var nodes) && index >= 0 && index < nodes.Count && nodes[(int)index].ToString() == reader.GetString(2))
                right++;
            else
                Find(LedgerFindingKind.TreeChanged, $"The node {index} of the level {level} of the tree is not the one of its leaves.");
        }
        if (right < _nodes.Values.Sum(nodes => (long)nodes.Count))
            Find(LedgerFindingKind.TreeChanged, "A node of the tree is gone or was changed.");
    }

    private async ValueTask FindAddedAsync(long id, CancellationToken cancellationToken)
    {
        var start = session.Command("read_log_start");
        await using var __ = start.ConfigureAwait(false);
        if (await start.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not long after)
        {
            if (_tree.Size > 0)
                Find(LedgerFindingKind.TreeChanged, "Where the log starts is not kept any more, so that nothing tells the entries that need no leaf.");
            return;
        }
        // Leaves behind a gap are found by the gap.
        var size = _hasGap ? long.MaxValue : _tree.Size;
        var command = session.Command("read_entries_without_leaf").With("partition", id).With("after", after).With("size", size).With("limit", (long)MostAdded);
        var added = new List<long>();
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                added.Add(reader.GetInt64(0));
        }
        foreach (var (key, entry) in await ReadEntriesAsync(added, cancellationToken).ConfigureAwait(false))
            Find(LedgerFindingKind.EntryAdded, $"The entry {entry?.Id ?? $"with the key {key}"} has no leaf, or one of an entry that was removed: it was not written with the log.", entryId: entry?.Id);
    }

    private void Find(LedgerFindingKind kind, string description, long? leafIndex = null, string? entryId = null) => _findings.Add(new(kind, description, leafIndex, entryId));
}
