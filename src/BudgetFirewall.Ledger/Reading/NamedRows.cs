using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>
/// Rows that many others name by their ids, each read once. They stay as they are until somebody is erased. When there are too many of them all are forgotten. Not thread-safe.
/// </summary>
/// <param name="statement">Gives the rows of some ids. Its first column is the id.</param>
/// <param name="what">A row in a word, for errors.</param>
/// <param name="make">Makes a value from the present row, and from the value that former rows of the same id have made; null for the first one.</param>
internal sealed class NamedRows<T>(string statement, string what, Func<DbDataReader, T?, T> make) where T : class
{
    private const int MostKept = 50_000;

    private readonly Dictionary<long, T?> _rows = [];

    /// <exception cref="FormatException">There is no such row. It must not be taken for none: what names it would read as something else.</exception>
    public T this[long id] => Find(id) ?? throw new FormatException($"An entry in the ledger names the {what} {id}, which is not there.");

    /// <summary>The value of an id that was read; null when there is no row.</summary>
    public T? Find(long id) => _rows.GetValueOrDefault(id);

    /// <summary>Reads the rows of some ids, unless they are known. 0 stands for none.</summary>
    public async ValueTask ReadAsync(LedgerSession session, IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Where(id => id != 0).ToHashSet();
        if (_rows.Count + wanted.Count > MostKept)
            _rows.Clear();
        wanted.RemoveWhere(_rows.ContainsKey);
        if (wanted.Count == 0)
            return;
        var command = session.Command(statement, [.. wanted]);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var read = new Dictionary<long, T?>(wanted.Count);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = reader.GetInt64(0);
            read[id] = make(reader, read.GetValueOrDefault(id));
        }
        // What is not there is not looked for again. Nothing is kept of a statement that has failed.
        foreach (var id in wanted)
            _rows[id] = read.GetValueOrDefault(id);
    }
}
