using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>Reads entries, page by page. Thread-safe.</summary>
internal sealed class EntryReader(LedgerDatabase database)
{
    // As they are kept, the commonest first. All others come before these: the fewer entries a scope has, the sooner its page is found.
    private static readonly string[] CommonKinds =
        [LedgerScopes.Provider, LedgerScopes.Model, LedgerScopes.Stored(LedgerScopes.Operation), LedgerScopes.StoredPartition, LedgerScopes.Project];

    /// <summary>A page of entries.</summary>
    public async ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await ReadAsync(session, query, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// All entries of a query, page by page, each in a session of its own, so that nothing is held while somebody works with a page. What the entries have in common is read once, and once more after somebody was erased.
    /// </summary>
    public async IAsyncEnumerable<ImmutableArray<LedgerEntry>> ReadAllAsync(LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = query with { Cursor = null };
        var (assembly, erasures) = (new EntryAssembly(), -1L);
        do
        {
            LedgerPage page;
            var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                var present = await ReadErasureNumberAsync(session, cancellationToken).ConfigureAwait(false);
                if (present != erasures)
                    (assembly, erasures) = (new(), present);
                page = await ReadAsync(session, assembly, query, cancellationToken).ConfigureAwait(false);
            }
            yield return page.Entries;
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
    }

    /// <summary>A page of entries in a session.</summary>
    public static ValueTask<LedgerPage> ReadAsync(LedgerSession session, LedgerQuery query, CancellationToken cancellationToken) => ReadAsync(session, new EntryAssembly(), query, cancellationToken);

    private static async ValueTask<LedgerPage> ReadAsync(LedgerSession session, EntryAssembly assembly, LedgerQuery query, CancellationToken cancellationToken)
    {
        var bounds = new QueryBounds(query);
        if (await ScopesOfAsync(session, query, cancellationToken).ConfigureAwait(false) is not { } scopes)
            return new([], NextCursor: null);
        var command = Command(session, "read_entries", query, bounds, scopes).With("limit", (long)query.Limit + 1);
        var rows = await RowsAsync(command, cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > query.Limit;
        if (hasMore)
            rows.RemoveAt(query.Limit);
        var entries = await assembly.OfAsync(session, rows, cancellationToken).ConfigureAwait(false);
        return new(entries, hasMore ? bounds.CursorBehind(rows[^1].Key) : null);
    }

    /// <summary>The entry of an id; null when there is none, or the text is no id.</summary>
    public async ValueTask<LedgerEntry?> FindAsync(string entryId, CancellationToken cancellationToken)
    {
        if (!LedgerEntryId.TryParse(entryId, out var id))
            return null;
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return (await FindAsync(session, id.Value, cancellationToken).ConfigureAwait(false))?.Entry;
    }

    /// <summary>The same in a session.</summary>
    public static async ValueTask<LedgerEntry?> FindAsync(LedgerSession session, string entryId, CancellationToken cancellationToken) =>
        LedgerEntryId.TryParse(entryId, out var id) ? (await FindAsync(session, id.Value, cancellationToken).ConfigureAwait(false))?.Entry : null;

    /// <summary>The entry of an id with its key; null when there is none.</summary>
    public static async ValueTask<(long Key, LedgerEntry Entry)?> FindAsync(LedgerSession session, LedgerEntryId id, CancellationToken cancellationToken)
    {
        var time = LedgerTime.FromMicroseconds(id.TimeMicroseconds);
        var bounds = new QueryBounds(new() { From = time, To = time.AddMicroseconds(1) });
        var (assembly, end) = (new EntryAssembly(), bounds.EndKey);
        while (true)
        {
            var command = WithBounds(session.Command("read_entries", bounds.Kinds, isOldestFirst: bounds.IsOldestFirst), bounds, end).With("limit", (long)LedgerQuery.MaxLimit);
            var rows = await RowsAsync(command, cancellationToken).ConfigureAwait(false);
            var entries = await assembly.OfAsync(session, rows, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < entries.Length; i++)
            {
                if (LedgerEntryId.Of(entries[i]) == id)
                    return (rows[i].Key, entries[i]);
            }
            if (rows.Count < LedgerQuery.MaxLimit)
                return null;
            end = rows[^1].Key;
        }
    }

    /// <summary>The entries of some keys, each with its key. Those that are not there are left out.</summary>
    public static ValueTask<IReadOnlyList<(long Key, LedgerEntry Entry)>> OfKeysAsync(LedgerSession session, IReadOnlyList<long> keys, CancellationToken cancellationToken) =>
        OfKeysAsync(session, new EntryAssembly(), keys, cancellationToken);

    /// <summary>The same with what was read in the session before.</summary>
    public static async ValueTask<IReadOnlyList<(long Key, LedgerEntry Entry)>> OfKeysAsync(
        LedgerSession session, EntryAssembly assembly, IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(session.Command("read_entries_by_key", keys), cancellationToken).ConfigureAwait(false);
        var entries = await assembly.OfAsync(session, rows, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select((row, i) => (row.Key, entries[i]))];
    }

    /// <summary>The sum of all entries of a query, whatever its page is. Parts of shared costs are counted only where their kind is named.</summary>
    public async ValueTask<LedgerTotal> TotalAsync(LedgerQuery query, CancellationToken cancellationToken)
    {
        var bounds = new QueryBounds(query with { Cursor = null, Kinds = query.Kinds.Count == 0 ? LedgerKinds.Direct : query.Kinds });
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await ScopesOfAsync(session, query, cancellationToken).ConfigureAwait(false) is not { } scopes)
            return new(0, 0);
        var command = Command(session, "total", query, bounds, scopes);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(SplitSum.Of(reader.GetInt64(1), reader.GetInt64(2)), reader.GetInt64(0));
    }

    /// <summary>The ids of the scopes of a query, the one that is to be looked for first; null when one of them is in no entry.</summary>
    private static async ValueTask<List<long>?> ScopesOfAsync(LedgerSession session, LedgerQuery query, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        foreach (var (kind, scope) in LedgerScopes.Filters(query.Partition, query.Scopes).OrderBy(scope => CommonnessOf(scope.Key)).ThenBy(scope => scope.Key, StringComparer.Ordinal))
        {
            if (await FindScopeAsync(session, kind, scope, cancellationToken).ConfigureAwait(false) is not { } id)
                return null;
            ids.Add(id);
        }
        return ids;
    }

    /// <summary>The number of the last erasure; 0 before the first. As long as it stays, what entries name is called as before.</summary>
    public static async ValueTask<long> ReadErasureNumberAsync(LedgerSession session, CancellationToken cancellationToken)
    {
        var command = session.Command("read_erasure_number");
        await using var _ = command.ConfigureAwait(false);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    private static int CommonnessOf(string kind) => Array.IndexOf(CommonKinds, kind) is var place and >= 0 ? CommonKinds.Length - place : 0;

    /// <summary>The id of a scope, its kind being as it is kept; null when no entry has it.</summary>
    public static async ValueTask<long?> FindScopeAsync(LedgerSession session, string kind, string scope, CancellationToken cancellationToken)
    {
        var command = session.Command("find_scope_of_kind").With("kind", kind).With("scope", scope);
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long id ? id : null;
    }

    private static DbCommand Command(LedgerSession session, string name, LedgerQuery query, QueryBounds bounds, List<long> scopes)
    {
        if (query.OperationId is { } operation)
            return WithBounds(session.Command(name + "_of_operation", bounds.Kinds, scopes, bounds.IsOldestFirst), bounds, bounds.EndKey).With("operation", operation);
        return scopes.Count == 0
            ? WithBounds(session.Command(name, bounds.Kinds, isOldestFirst: bounds.IsOldestFirst), bounds, bounds.EndKey)
            : WithBounds(session.Command(name + "_of_scope", bounds.Kinds, scopes[1..], bounds.IsOldestFirst), bounds, bounds.EndKey).With("scope", scopes[0]);
    }

    private static DbCommand WithBounds(DbCommand command, QueryBounds bounds, long end) =>
        command.With("first", bounds.FirstKey).With("end", end).With("from", bounds.From).With("to", bounds.To);

    private static async ValueTask<List<EntryRow>> RowsAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<EntryRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(new(reader));
        return rows;
    }
}
