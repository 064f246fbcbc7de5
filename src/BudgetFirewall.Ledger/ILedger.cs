using System.Runtime.CompilerServices;

namespace BudgetFirewall;

/// <summary>
/// A durable, append-only record of what was charged, and by what prices. Thread-safe. Every method takes one session of the database; reading goes on while entries are written.
/// </summary>
/// <example><code>
/// await using var ledger = SqliteLedger.Open("Data Source=ledger.db");
/// var report = await ledger.ReportAsync(new LedgerReportRequest { From = monday, To = monday.AddDays(7), GroupBy = ["project"], Interval = LedgerInterval.Day });
/// Console.WriteLine(report.ToCsv());
/// </code></example>
public interface ILedger : IAsyncDisposable
{
    /// <summary>Writes entries with their sums, each thousand in one transaction. An entry whose identity is there already is passed over, so that entries may be delivered twice.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="cancellationToken">Ends the waiting; whole transactions may have been written.</param>
    /// <returns>The number of entries that were not there before.</returns>
    /// <exception cref="LedgerException">The database cannot be reached or refuses, or a later version has written it.</exception>
    ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Reads a page of entries, newest first unless the query says otherwise. Pages that follow one another have each entry once; one that is written meanwhile may be in none of them.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The times are reversed, a kind of entry is none, or the cursor is none or that of another query.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads all entries of a query one after the other, in bounded memory, newest first unless the query says otherwise. <see cref="LedgerQuery.Limit"/> is the number that is read at a time,
    /// in a transaction of its own, so this is not one state of the ledger: an entry that is written meanwhile may be left out. The databases of this library remember what entries have in common, which makes it faster than page
    /// after page. The default implementation reads page after page.
    /// </summary>
    /// <param name="query">The query. Its cursor is ignored.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentNullException"><paramref name="query"/> is null. It is thrown when the first entry is asked for.</exception>
    /// <exception cref="ArgumentException">The times are reversed, or a kind of entry is none. It is thrown when the first entry is asked for.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    /// <exception cref="FormatException">A row that an entry names is missing or cannot be read.</exception>
    async IAsyncEnumerable<LedgerEntry> ReadAllEntriesAsync(LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query = query with { Cursor = null };
        do
        {
            var page = await ReadEntriesAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.Entries)
                yield return entry;
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
    }

    /// <summary>Reads one entry.</summary>
    /// <param name="entryId">Its id: <see cref="LedgerEntry.Id"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The entry; null when there is none, or the text is no id.</returns>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds up all entries of a query, whatever its limit and cursor are. It reads every one of them: a report is faster over much time. Parts of shared costs are counted only where <see cref="LedgerQuery.Kinds"/>
    /// names <see cref="LedgerEntryKind.Allocation"/>, so that the sum is what was spent.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The times are reversed, or a kind of entry is none.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reports what was spent, from sums by the quarter of an hour that are kept with the entries.</summary>
    /// <param name="request">The names to group by, the spans and the time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The times are reversed, or the ledger, asked about all partitions, knows no such name to group by, or the system no such time zone.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads what the entries have moved in each counter whose period begins at a time or later, and in those of budgets without periods, a page at a time. A ledger of your own that does not have it cannot be
    /// reconciled.
    /// </summary>
    /// <param name="from">The time.</param>
    /// <param name="cursor">The place of the page: <see cref="LedgerCounterPage.NextCursor"/> of the one before; null for the first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    /// <exception cref="NotSupportedException">The ledger does not have it.</exception>
    ValueTask<LedgerCounterPage> ReadCountersAsync(DateTimeOffset from, string? cursor = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This ledger does not tell the sums of its counters.");

    /// <summary>Removes entries that are older than they are to be kept. Reports stay as they are.</summary>
    /// <param name="retention">The ages by kind, and the time that removing may take.</param>
    /// <param name="cancellationToken">Ends the removing after the present transaction.</param>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default);
}
