using System.Collections.Immutable;
using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>
/// Puts entries together from their rows and what these name, by one statement for each table. What many entries name is read once for all. Not thread-safe.
/// </summary>
internal sealed class EntryAssembly
{
    private readonly NamedRows<string> _names = new("read_names", "text", static (reader, _) => reader.Text(1));
    private readonly NamedRows<Attribution> _attributions = new("read_attributions", "attribution", static (reader, _) => new(ScopeList.Parse(reader.GetString(1))));
    private readonly NamedRows<StoredScope> _scopes = new("read_scopes", "scope", static (reader, _) => new(reader.GetInt64(1), reader.Text(2), reader.Text(3)));
    private readonly NamedRows<LedgerCounter> _counters = new("read_counters", "counter", static (reader, _) => CounterOf(reader));
    private readonly NamedRows<Dictionary<long, PricedItem>> _prices = new(
        "read_prices", "version of prices", static (reader, before) => new(before ?? []) { [reader.GetInt64(1)] = PricedItem.Of(reader) });

    /// <summary>The entries of some rows, in their order.</summary>
    /// <exception cref="FormatException">Something that an entry names is not there, or cannot be read: without it the entry would read as another one.</exception>
    public async ValueTask<ImmutableArray<LedgerEntry>> OfAsync(LedgerSession session, List<EntryRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var keys = rows.ConvertAll(row => row.Key);
        var counters = await ReadAsync(session, "read_moved", keys, static reader => (Counter: reader.GetInt64(1), Moved: reader.GetInt64(2)), cancellationToken).ConfigureAwait(false);
        var lines = await ReadAsync(session, "read_lines", keys, static reader => (Position: reader.GetInt64(1), Quantity: reader.GetString(2), Amount: reader.GetString(3)), cancellationToken).ConfigureAwait(false);
        var changed = rows.FindAll(row => LedgerKinds.IsChange(row.Kind)).ConvertAll(row => row.Key);
        var changes = await ReadAsync(session, "read_changes", changed, static reader => (Before: reader.OptionalText(1), After: reader.OptionalText(2)), cancellationToken).ConfigureAwait(false);
        await _attributions.ReadAsync(session, rows.Select(row => row.Attribution), cancellationToken).ConfigureAwait(false);
        await _scopes.ReadAsync(session, rows.SelectMany(row => _attributions[row.Attribution].Unnamed), cancellationToken).ConfigureAwait(false);
        await _names.ReadAsync(session, rows.SelectMany(row => new[] { row.Partition, row.OperationScope, row.Actor ?? 0, row.Currency }), cancellationToken).ConfigureAwait(false);
        await _counters.ReadAsync(session, counters.Values.SelectMany(moved => moved).Select(moved => moved.Counter), cancellationToken).ConfigureAwait(false);
        await _prices.ReadAsync(session, rows.Where(row => lines.ContainsKey(row.Key)).Select(row => row.PriceVersion ?? 0), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => EntryOf(row, counters.GetValueOrDefault(row.Key) ?? [], lines.GetValueOrDefault(row.Key) ?? [], changes.GetValueOrDefault(row.Key)?[0] ?? default))];
    }

    private LedgerEntry EntryOf(EntryRow row, List<(long Counter, long Moved)> counters, List<(long Position, string Quantity, string Amount)> lines, (string? Before, string? After) change)
    {
        var attribution = _attributions[row.Attribution].WithNames(_scopes);
        return new()
        {
            Kind = row.Kind,
            OperationId = row.OperationId,
            OperationScope = NameOf(row.OperationScope),
            Partition = NameOf(row.Partition),
            Time = LedgerTime.FromMicroseconds(row.TimeMicroseconds),
            Scopes = attribution.Scopes,
            Operation = attribution.Operation,
            AmountNanos = row.AmountNanos,
            Currency = NameOf(row.Currency) ?? "",
            Counters = [.. counters.Select(moved => _counters[moved.Counter] with { Moved = moved.Moved })],
            Lines = [.. lines.Select(line => LineOf(line.Position, line.Quantity, line.Amount, row.PriceVersion ?? 0))],
            PriceVersion = row.PriceVersion,
            Usage = UsageText.Parse(row.Usage),
            HeldNanos = row.HeldNanos,
            OverrunNanos = row.OverrunNanos,
            IsLate = row.Flags.HasFlag(EntryFlags.Late),
            IsCostUnknown = row.Flags.HasFlag(EntryFlags.CostUnknown),
            Outcome = row.Outcome,
            Count = row.Count,
            CorrectedEntryId = row.CorrectedEntry,
            Actor = NameOf(row.Actor ?? 0),
            Reason = row.Reason,
            Before = change.Before,
            After = change.After,
        };
    }

    private string? NameOf(long id) => id == 0 ? null : _names[id];

    private CostLine LineOf(long position, string quantity, string amount, long version)
    {
        if (!_prices[version].TryGetValue(position, out var item))
            throw new FormatException($"A line of an entry in the ledger names the price {position} of the version {version}, which is not there.");
        var cost = PriceList.Value(amount);
        return new(item.Name, PriceList.Value(quantity), item.UnitPrice ?? cost, cost);
    }

    private static LedgerCounter CounterOf(DbDataReader reader) =>
        new(reader.Text(1), BudgetScope.Of(reader.Text(2), reader.Text(3)), LedgerTime.PeriodOf(reader.GetInt64(4)), reader.OptionalText(5), Moved: 0);

    /// <summary>The rows that a statement gives for some entries, by their first column, each list in the order of the statement.</summary>
    private static async ValueTask<Dictionary<long, List<T>>> ReadAsync<T>(LedgerSession session, string statement, List<long> keys, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, List<T>>(keys.Count);
        if (keys.Count == 0)
            return rows;
        var command = session.Command(statement, keys);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var key = reader.GetInt64(0);
            if (!rows.TryGetValue(key, out var list))
                rows[key] = list = [];
            list.Add(read(reader));
        }
        return rows;
    }
}
