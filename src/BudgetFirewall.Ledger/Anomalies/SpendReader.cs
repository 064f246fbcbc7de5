using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>Reads what scopes have spent in an hour from the roll-ups, a bounded number of scopes at a time. Thread-safe.</summary>
internal sealed class SpendReader(LedgerDatabase database)
{
    /// <summary>The most scopes whose hours are read by one statement.</summary>
    public const int MostScopes = 500;

    private const long MostRows = 1_000;

    // The ids that a range may have for each scope that is asked for, so that it is read as a whole.
    private const int IdsPerScope = 4;

    /// <summary>The ids of kinds of scopes; those that no entry has are left out.</summary>
    public async ValueTask<IReadOnlyList<(string Kind, long Id)>> KindsAsync(IEnumerable<string> kinds, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var found = new List<(string, long)>();
        foreach (var kind in kinds)
        {
            var command = session.Command("find_name").With("name", LedgerScopes.Stored(kind));
            await using var __ = command.ConfigureAwait(false);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long id)
                found.Add((kind, id));
        }
        return found;
    }

    /// <summary>The ids of a scope and its kind; null for one that no entry has.</summary>
    public async ValueTask<(long Kind, long Scope)?> FindAsync(BudgetScope scope, CancellationToken cancellationToken)
    {
        var kinds = await KindsAsync([scope.Kind], cancellationToken).ConfigureAwait(false);
        if (kinds.Count == 0)
            return null;
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await EntryReader.FindScopeAsync(session, LedgerScopes.Stored(scope.Kind), scope.Id, cancellationToken).ConfigureAwait(false) is { } id ? (kinds[0].Id, id) : null;
    }

    /// <summary>A page of what the scopes of a kind have spent in an hour, in the order of their ids.</summary>
    /// <param name="kind">The id of the kind.</param>
    /// <param name="hour">The hour.</param>
    /// <param name="after">The id that the page comes after; 0 for the first page.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The scopes with their amounts, and the id that the next page comes after; null after the last page.</returns>
    public async ValueTask<(IReadOnlyList<(long Scope, long Amount)> Spent, long? Next)> ReadPageAsync(long kind, HourSpan hour, long after, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var (sums, end) = (new SortedDictionary<long, long>(), long.MaxValue);
        for (var quarter = hour.First; quarter < hour.End; quarter++)
        {
            var command = session.Command("read_spend_of_quarter").With("kind", kind).With("quarter", quarter).With("after", after).With("limit", MostRows);
            var (rows, last) = await AddAsync(command, sums, cancellationToken).ConfigureAwait(false);
            // Of a quarter with more rows, those behind its last one are not known yet.
            if (rows == MostRows)
                end = Math.Min(end, last);
        }
        return ([.. sums.TakeWhile(sum => sum.Key <= end).Select(sum => (sum.Key, sum.Value))], end == long.MaxValue ? null : end);
    }

    /// <summary>What some scopes of a kind have spent in each of some hours.</summary>
    /// <param name="kind">The id of the kind.</param>
    /// <param name="scopes">The ids of the scopes, at most <see cref="MostScopes"/>.</param>
    /// <param name="hours">The hours; null for one that there was not.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The amounts of each scope in the order of the hours; 0 where it has spent nothing.</returns>
    public async ValueTask<IReadOnlyDictionary<long, long[]>> ReadHoursAsync(long kind, IReadOnlyList<long> scopes, IReadOnlyList<HourSpan?> hours, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var amounts = scopes.ToDictionary(scope => scope, _ => new long[hours.Count]);
        for (var i = 0; i < hours.Count; i++)
        {
            var sums = new SortedDictionary<long, long>();
            for (var quarter = hours[i]?.First ?? 0; quarter < (hours[i]?.End ?? 0); quarter++)
                await AddAsync(Command(session, scopes).With("kind", kind).With("quarter", quarter), sums, cancellationToken).ConfigureAwait(false);
            foreach (var (scope, amount) in sums.Where(sum => amounts.ContainsKey(sum.Key)))
                amounts[scope][i] = amount;
        }
        return amounts;
    }

    /// <summary>The ids of scopes as they were given, by the ids of their rows.</summary>
    public async ValueTask<IReadOnlyDictionary<long, string>> NamesAsync(IReadOnlyList<long> scopes, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("read_scope_names", scopes);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var names = new Dictionary<long, string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            names[reader.GetInt64(0)] = reader.Text(1);
        return names;
    }

    /// <summary>Reads the amounts of some scopes; where their ids lie close together, those of others between them too.</summary>
    private static DbCommand Command(LedgerSession session, IReadOnlyList<long> scopes)
    {
        var (first, last) = (scopes.Min(), scopes.Max());
        return last - first < scopes.Count * IdsPerScope
            ? session.Command("read_spend_of_range").With("first", first).With("last", last)
            : session.Command("read_spend_of_scopes", scopes);
    }

    private static async ValueTask<(long Rows, long Last)> AddAsync(DbCommand command, SortedDictionary<long, long> sums, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var (rows, last) = (0L, 0L);
        for (; await reader.ReadAsync(cancellationToken).ConfigureAwait(false); rows++)
        {
            last = reader.GetInt64(0);
            // No hour is worth more than fits.
            sums[last] = (long)Int128.Min((Int128)sums.GetValueOrDefault(last) + reader.GetInt64(1), long.MaxValue);
        }
        return (rows, last);
    }
}
