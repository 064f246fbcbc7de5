using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>Puts entries together from their rows and what these name, by one statement for each table.</summary>
internal static class EntryAssembly
{
    public static async ValueTask<ImmutableArray<LedgerEntry>> OfAsync(LedgerSession session, List<EntryRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var keys = rows.ConvertAll(row => row.Key);
        long[] attributions = [.. rows.Select(row => row.Attribution).Distinct()];
        var scopes = await ReadAsync(session, "read_scopes", attributions, static reader => KeyValuePair.Create(reader.Text(1), reader.Text(2)), cancellationToken).ConfigureAwait(false);
        var counters = await ReadAsync(session, "read_counters", keys, CounterOf, cancellationToken).ConfigureAwait(false);
        var lines = await ReadAsync(session, "read_lines", keys, LineOf, cancellationToken).ConfigureAwait(false);
        var changed = rows.FindAll(row => LedgerKinds.IsChange(row.Kind)).ConvertAll(row => row.Key);
        var changes = await ReadAsync(session, "read_changes", changed, static reader => (Before: reader.OptionalText(1), After: reader.OptionalText(2)), cancellationToken).ConfigureAwait(false);
        long[] ids = [.. rows.SelectMany(row => new[] { row.Partition, row.OperationScope, row.Actor ?? 0, row.Currency }).Distinct()];
        var names = await ReadAsync(session, "read_names", ids, static reader => reader.Text(1), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => EntryOf(row, [.. scopes[row.Attribution]], counters[row.Key], lines[row.Key], changes[row.Key].FirstOrDefault(), names))];
    }

    private static LedgerEntry EntryOf(
        EntryRow row, List<KeyValuePair<string, string>> scopes, IEnumerable<LedgerCounter> counters, IEnumerable<CostLine> lines, (string? Before, string? After) change, ILookup<long, string> names) => new()
        {
            Kind = row.Kind,
            OperationId = row.OperationId,
            OperationScope = NameOf(row.OperationScope, names),
            Partition = NameOf(row.Partition, names),
            Time = LedgerTime.FromMicroseconds(row.TimeMicroseconds),
            Scopes = scopes.Where(scope => LedgerScopes.IsOwn(scope.Key)).ToFrozenDictionary(StringComparer.Ordinal),
            Operation = scopes.Find(scope => LedgerScopes.IsOperation(scope.Key)).Value,
            AmountNanos = row.AmountNanos,
            Currency = NameOf(row.Currency, names) ?? "",
            Counters = [.. counters],
            Lines = [.. lines],
            PriceVersion = row.PriceVersion,
            Usage = UsageText.Parse(row.Usage),
            HeldNanos = row.HeldNanos,
            OverrunNanos = row.OverrunNanos,
            IsLate = row.Flags.HasFlag(EntryFlags.Late),
            IsCostUnknown = row.Flags.HasFlag(EntryFlags.CostUnknown),
            Outcome = row.Outcome,
            Count = row.Count,
            CorrectedEntryId = row.CorrectedEntry,
            Actor = NameOf(row.Actor ?? 0, names),
            Reason = row.Reason,
            Before = change.Before,
            After = change.After,
        };

    // A text that is not there must not be taken for none: the entry would read as another one.
    private static string? NameOf(long id, ILookup<long, string> names) =>
        id == 0 ? null : names[id].FirstOrDefault() ?? throw new FormatException($"An entry in the ledger names the text {id}, which is not there.");

    private static LedgerCounter CounterOf(DbDataReader reader) =>
        new(reader.Text(1), BudgetScope.Of(reader.Text(2), reader.Text(3)), LedgerTime.PeriodOf(reader.GetInt64(4)), reader.OptionalText(5), reader.GetInt64(6));

    private static CostLine LineOf(DbDataReader reader)
    {
        var (quantity, amount) = (PriceList.Value(reader.GetString(3)), PriceList.Value(reader.GetString(4)));
        return new(reader.Text(1), quantity, reader.OptionalText(2) is { } price ? PriceList.Value(price) : amount, amount);
    }

    /// <summary>The rows that a statement gives for some ids, by their first column.</summary>
    private static async ValueTask<ILookup<long, T>> ReadAsync<T>(
        LedgerSession session, string statement, IReadOnlyList<long> ids, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return Enumerable.Empty<(long Id, T Value)>().ToLookup(row => row.Id, row => row.Value);
        var command = session.Command(statement, ids);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<(long Id, T Value)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add((reader.GetInt64(0), read(reader)));
        return rows.ToLookup(row => row.Id, row => row.Value);
    }
}
