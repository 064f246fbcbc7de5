namespace BudgetFirewall.Storage;

/// <summary>
/// Writes entries with their roll-ups, each batch in one transaction. An entry whose identity is there already is passed over. Thread-safe: one batch at a time.
/// </summary>
internal sealed class EntryWriter(LedgerDatabase database, TimeProvider timeProvider) : IDisposable
{
    private const int MostInOneTransaction = 1_000;

    // A statement has at most 32,766 values in SQLite; a list of them is shorter.
    private const int MostInOneList = 500;

    private readonly SemaphoreSlim _lock = new(1);
    private readonly EntryIds _ids = new(database.Dialect);
    private readonly HashSet<LedgerMonth> _months = [];
    private long _erasures;

    /// <summary>The writer of leaves; null where entries have none. It is set before the first entry is written.</summary>
    public LeafWriter? Leaves { get; set; }

    /// <summary>A listener that gets the number of entries that were written with their leaves, after each transaction; null for none.</summary>
    public Action<int>? LeavesWritten { get; set; }

    /// <summary>Writes entries, and changes of state with the last of them.</summary>
    /// <returns>The number of entries that were not there before.</returns>
    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached, or refuses; entries of earlier transactions are written.</exception>
    public async ValueTask<int> WriteAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var written = 0;
            var batches = entries.Chunk(MostInOneTransaction).ToList();
            if (batches.Count == 0 && changes.Count > 0)
                batches.Add([]);
            for (var i = 0; i < batches.Count; i++)
                written += await WriteBatchAsync(batches[i], i == batches.Count - 1 ? changes : [], cancellationToken).ConfigureAwait(false);
            return written;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Does something in a session beside which nobody writes, and writes the entries and rows that come of it in the same transaction, whole or not at all.</summary>
    /// <exception cref="OperationConflictException">The ledger has some of the entries already; nothing is written.</exception>
    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="System.Data.Common.DbException">The database cannot be reached, or refuses; nothing is written.</exception>
    public async ValueTask<T> WriteWholeAsync<T>(Func<LedgerSession, ValueTask<WholeWrite<T>>> work, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            var (answer, entries, others, told) = await work(session).ConfigureAwait(false);
            if (entries.Count == 0 && others.Count == 0)
                return answer;
            var (written, months) = (0, new HashSet<LedgerMonth>(_months));
            foreach (var batch in entries.Chunk(MostInOneTransaction))
                written += await AddAsync(session, batch, [], months, cancellationToken).ConfigureAwait(false);
            if (written != entries.Count)
                throw new OperationConflictException($"Only {written:N0} of {entries.Count:N0} entries are new to the ledger: it has the others already, perhaps under other ids since somebody was erased. Nothing was changed.");
            if (others.Count > 0)
                await database.Dialect.InsertAsync(session.Transaction, others, cancellationToken).ConfigureAwait(false);
            if (told is not null)
                await EventRows.WriteAsync(session, database.Dialect, [told], timeProvider.GetUtcNow(), subscriptionId: null, cancellationToken).ConfigureAwait(false);
            await CommitAsync(session, written, months, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        finally
        {
            _ids.Forget();
            _lock.Release();
        }
    }

    /// <summary>Forgets what is remembered of the database, because rows were removed from it.</summary>
    public async ValueTask ForgetMonthsAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        _months.Clear();
        _lock.Release();
    }

    public void Dispose() => _lock.Dispose();

    private async ValueTask<int> WriteBatchAsync(LedgerEntry[] batch, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            var months = new HashSet<LedgerMonth>(_months);
            var written = await AddAsync(session, batch, changes, months, cancellationToken).ConfigureAwait(false);
            if (written > 0 || changes.Count > 0)
                await CommitAsync(session, written, months, cancellationToken).ConfigureAwait(false);
            return written;
        }
        finally
        {
            _ids.Forget();
        }
    }

    /// <summary>Adds those entries of a batch that the ledger does not have, and changes of state, without committing them.</summary>
    /// <returns>The number of entries that were added.</returns>
    private async ValueTask<int> AddAsync(LedgerSession session, LedgerEntry[] batch, IReadOnlyList<StateChange> changes, HashSet<LedgerMonth> months, CancellationToken cancellationToken)
    {
        var start = await BatchStart.TakeAsync(session, batch.Length, timeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        // Whatever process has erased somebody, rows that are remembered may be those of nobody now, or gone.
        if (start.Erasures != _erasures)
            _ids.ForgetAll();
        _erasures = start.Erasures;
        await _ids.LearnNamesAsync(session, batch, changes.Select(change => change.Partition), cancellationToken).ConfigureAwait(false);
        var entries = await NewOnesAsync(session, batch, start, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0 && changes.Count == 0)
            return 0;
        foreach (var month in entries.Select(entry => LedgerMonth.Of(entry.Time)).Distinct().Where(months.Add).ToList())
            await database.Dialect.PrepareMonthAsync(session.Transaction, month, cancellationToken).ConfigureAwait(false);
        var (rows, rollUps) = await RowsOfAsync(session, entries, start.Number, cancellationToken).ConfigureAwait(false);
        var leaves = Leaves is null ? [] : await Leaves.RowsOfAsync(session, rows.Written, _ids, cancellationToken).ConfigureAwait(false);
        var newest = await NewestQuarters.ReadAsync(session, rollUps.Kinds, cancellationToken).ConfigureAwait(false);
        var tables = rows.All.Concat(rollUps.Rows(newest, rows.NewCounters)).Append(StateRowsOf(changes)).Concat(leaves).Where(table => table.Count > 0).ToList();
        await database.Dialect.InsertAsync(session.Transaction, tables, cancellationToken).ConfigureAwait(false);
        await AppliedCorrections.MarkAsync(session, entries, cancellationToken).ConfigureAwait(false);
        if (EntryEvents.Of(entries) is { Count: > 0 } events)
            await EventRows.WriteAsync(session, database.Dialect, events, timeProvider.GetUtcNow(), subscriptionId: null, cancellationToken).ConfigureAwait(false);
        return entries.Count;
    }

    private async ValueTask CommitAsync(LedgerSession session, int written, HashSet<LedgerMonth> months, CancellationToken cancellationToken)
    {
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        _ids.Keep();
        _months.UnionWith(months);
        TellOfLeaves(written);
    }

    /// <summary>The entries of a batch that the ledger does not have, each once.</summary>
    private async ValueTask<List<LedgerEntry>> NewOnesAsync(LedgerSession session, LedgerEntry[] batch, BatchStart start, CancellationToken cancellationToken)
    {
        var known = new HashSet<Identity>();
        foreach (var part in batch.Chunk(MostInOneList))
        {
            var command = session.Command("find_operations", part.Select(entry => entry.OperationId).Distinct().ToList())
                .With("first", EntryKey.First(part.Min(entry => entry.TimeMicroseconds)))
                .With("end", EntryKey.End(part.Max(entry => entry.TimeMicroseconds)));
            await using var _ = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                known.Add(new(reader.Text(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        }
        var erased = await start.FindErasedAsync(session, batch, cancellationToken).ConfigureAwait(false);
        var missing = new List<LedgerEntry>(batch.Length);
        foreach (var entry in batch)
        {
            if ((erased.Count == 0 || !erased.Contains(entry.Id)) && known.Add(new(entry.OperationId, _ids.Name(entry.OperationScope), _ids.Name(entry.Partition), (long)entry.Kind, entry.TimeMicroseconds)))
                missing.Add(entry);
        }
        await AppliedCorrections.RemoveMadeOnesAsync(session, missing, cancellationToken).ConfigureAwait(false);
        return missing;
    }

    private void TellOfLeaves(int count)
    {
        if (Leaves is null || count == 0)
            return;
        Leaves.Keep();
        LeavesWritten?.Invoke(count);
    }

    private async ValueTask<(EntryRows Rows, RollUps RollUps)> RowsOfAsync(LedgerSession session, List<LedgerEntry> entries, long number, CancellationToken cancellationToken)
    {
        var (rows, rollUps) = (new EntryRows(), new RollUps());
        var ids = await _ids.LearnAsync(session, entries, rows, cancellationToken).ConfigureAwait(false);
        var global = _ids.Scope(LedgerScopes.Global, LedgerScopes.Global);
        var scopes = new List<(long Scope, long Key)>();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var key = EntryKey.Of(entry.TimeMicroseconds, number++);
            AddEntry(rows, entry, key, ids[i]);
            foreach (var (_, scope) in ids[i].Scopes)
                scopes.Add((scope, key));
            AddCounters(rows, rollUps, entry, key, ids[i].Counters);
            for (var line = 0; line < entry.Lines.Length; line++)
                rows.Lines.Add([key, line], PriceList.Text(entry.Lines[line].Quantity), PriceList.Text(entry.Lines[line].Amount));
            if (LedgerKinds.IsChange(entry.Kind) && (entry.Before is not null || entry.After is not null))
                rows.Changes.Add([key], entry.Before, entry.After);
            if (Leaves is not null)
                rows.Written.Add((EntryRows.AsRead(entry, ids[i].PriceVersion), key));
            rollUps.Add(entry, ids[i].Attribution, ids[i].Scopes, global);
        }
        // In the order of their table, so that rows that lie together are written one after another.
        scopes.Sort();
        foreach (var (scope, key) in scopes)
            rows.Scopes.Add([scope, key]);
        return (rows, rollUps);
    }

    private void AddEntry(EntryRows rows, LedgerEntry entry, long key, IdsOfEntry ids)
    {
        // A version of prices has its currency.
        long? currency = ids.PriceVersion is null ? _ids.Name(entry.Currency) : null;
        rows.Entries.Add(
            [
                key, entry.TimeMicroseconds, (long)entry.Kind, _ids.Name(entry.Partition), _ids.Name(entry.OperationScope), ids.Attribution, entry.AmountNanos, ids.PriceVersion,
                (long)EntryRows.FlagsOf(entry), entry.HeldNanos, entry.OverrunNanos == 0 ? null : entry.OverrunNanos, (long?)entry.Outcome,
                entry.Actor is null ? null : _ids.Name(entry.Actor), currency, entry.Count == 1 ? null : entry.Count,
            ],
            entry.OperationId, entry.CorrectedEntryId, entry.Reason, UsageText.Of(entry.Usage));
    }

    private static void AddCounters(EntryRows rows, RollUps rollUps, LedgerEntry entry, long key, long[] ids)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            var moved = entry.Counters[i].Moved;
            rows.Counters.Add([key, ids[i], moved]);
            if (LedgerKinds.MovesSpent(entry.Kind))
                rollUps.Move(ids[i], moved);
            else if (entry.Kind == LedgerEntryKind.Allowance)
                rollUps.Grant(ids[i], moved);
        }
    }

    /// <summary>The rows of changes of state, the last one of each name: a statement changes no row twice.</summary>
    private LedgerRows StateRowsOf(IReadOnlyList<StateChange> changes)
    {
        var rows = new LedgerRows(
            "ledger_store_state", ["kind", "partition_id", "version", "expires_us"], ["name", "content"],
            "on conflict (kind, partition_id, name) do update set content = excluded.content, version = excluded.version, expires_us = excluded.expires_us "
            + "where excluded.version > ledger_store_state.version");
        foreach (var named in changes.GroupBy(change => (change.Kind, change.Partition, change.Name)))
        {
            var last = named.MaxBy(change => change.Version)!;
            rows.Add([(long)last.Kind, _ids.Name(last.Partition), last.Version, last.ExpiresAt is { } end ? LedgerTime.Microseconds(end) : null], last.Name, last.Content);
        }
        return rows;
    }

    private readonly record struct Identity(string OperationId, long OperationScope, long Partition, long Kind, long TimeMicroseconds);
}
