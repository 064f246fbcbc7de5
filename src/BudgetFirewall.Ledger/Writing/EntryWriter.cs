namespace BudgetFirewall.Storage;

/// <summary>
/// Writes entries with their roll-ups, each batch in one transaction. An entry whose identity is there already is passed over. Thread-safe: one batch at a time.
/// </summary>
internal sealed class EntryWriter(LedgerDatabase database, TimeProvider timeProvider) : IDisposable
{
    private const int MostInOneTransaction = 1_000;

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
            var (answer, entries, others, notice) = await work(session).ConfigureAwait(false);
            if (entries.Count == 0 && others.Count == 0)
                return answer;
            var (written, months) = (0, new HashSet<LedgerMonth>(_months));
            foreach (var batch in entries.Chunk(MostInOneTransaction))
                written += await AddAsync(session, batch, [], months, cancellationToken).ConfigureAwait(false);
            if (written != entries.Count)
                throw new OperationConflictException($"Only {written:N0} of {entries.Count:N0} entries are new to the ledger: it has the others already, perhaps under other ids since somebody was erased. Nothing was changed.");
            if (others.Count > 0)
                await database.Dialect.InsertAsync(session.Transaction, others, cancellationToken).ConfigureAwait(false);
            if (notice is not null)
                await EventRows.WriteAsync(session, database.Dialect, [notice], timeProvider.GetUtcNow(), subscriptionId: null, cancellationToken).ConfigureAwait(false);
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
        var start = await BatchStart.TakeAsync(session, database.Dialect, batch.Length, timeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
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
        await InsertAsync(session, entries, changes, start.Number, cancellationToken).ConfigureAwait(false);
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
        if (batch.Length > 0)
        {
            var command = session.Command("find_operations", batch.Select(entry => entry.OperationId).Distinct().ToList())
                .With("first", EntryKey.First(batch.Min(entry => entry.TimeMicroseconds)))
                .With("end", EntryKey.End(batch.Max(entry => entry.TimeMicroseconds)));
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

    /// <summary>Inserts entries with all that belongs to them. All reading comes first; then the database takes the rows of some tables while those of the next are made.</summary>
    private async ValueTask InsertAsync(LedgerSession session, List<LedgerEntry> entries, IReadOnlyList<StateChange> changes, long number, CancellationToken cancellationToken)
    {
        var rows = new EntryRows();
        var ids = await _ids.LearnAsync(session, entries, rows, cancellationToken).ConfigureAwait(false);
        var global = _ids.Scope(LedgerScopes.Global, LedgerScopes.Global);
        var leaves = Leaves is null || entries.Count == 0 ? null : await Leaves.BeginAsync(session, entries.Select(entry => _ids.Name(entry.Partition)), cancellationToken).ConfigureAwait(false);
        long[] kinds = [.. ids.SelectMany(all => all.Scopes).Select(scope => scope.Kind).Append(global.Kind).Distinct()];
        var newest = await NewestQuarters.ReadAsync(session, kinds, cancellationToken).ConfigureAwait(false);

        var insertion = new RowInsertion(session, database.Dialect, cancellationToken);
        await using var _ = insertion.ConfigureAwait(false);
        long[] keys = [.. entries.Select(entry => EntryKey.Of(entry.TimeMicroseconds, number++))];
        for (var i = 0; i < keys.Length; i++)
            AddEntry(rows, entries[i], keys[i], ids[i]);
        insertion.Add([rows.PriceLines, rows.Entries]);
        var rollUps = new RollUps();
        for (var i = 0; i < keys.Length; i++)
            AddDetails(rows, rollUps, entries[i], keys[i], ids[i]);
        AddScopes(rows, keys, ids);
        insertion.Add(rows.Details);
        for (var i = 0; i < keys.Length; i++)
            rollUps.Add(entries[i], ids[i].Attribution, ids[i].Scopes, global);
        insertion.Add([.. rollUps.Rows(newest, rows.NewCounters), StateRowsOf(changes)]);
        for (var i = 0; i < keys.Length && leaves is not null; i++)
            leaves.Add(EntryRows.AsRead(entries[i], ids[i].PriceVersion), keys[i], _ids);
        insertion.Add(leaves?.All() ?? []);
        await insertion.FinishAsync().ConfigureAwait(false);
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

    private static void AddDetails(EntryRows rows, RollUps rollUps, LedgerEntry entry, long key, IdsOfEntry ids)
    {
        for (var i = 0; i < ids.Counters.Length; i++)
        {
            var (counter, moved) = (ids.Counters[i], entry.Counters[i].Moved);
            rows.Counters.Add([key, counter, moved]);
            if (LedgerKinds.MovesSpent(entry.Kind))
                rollUps.Move(counter, moved);
            else if (entry.Kind == LedgerEntryKind.Allowance)
                rollUps.Grant(counter, moved);
        }
        for (var line = 0; line < entry.Lines.Length; line++)
            rows.Lines.Add([key, line], PriceList.Text(entry.Lines[line].Quantity), PriceList.Text(entry.Lines[line].Amount));
        if (LedgerKinds.IsChange(entry.Kind) && (entry.Before is not null || entry.After is not null))
            rows.Changes.Add([key], entry.Before, entry.After);
    }

    /// <summary>Adds the rows by which entries are found by their scopes, in the order of their table: those that lie together are written one after another.</summary>
    private static void AddScopes(EntryRows rows, long[] keys, IReadOnlyList<IdsOfEntry> ids)
    {
        var scopes = new List<(long Scope, long Key)>();
        for (var i = 0; i < keys.Length; i++)
        {
            foreach (var (_, scope) in ids[i].Scopes)
                scopes.Add((scope, keys[i]));
        }
        scopes.Sort();
        foreach (var (scope, key) in scopes)
            rows.Scopes.Add([scope, key]);
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
