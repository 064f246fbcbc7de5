namespace BudgetFirewall;

/// <summary>
/// Writes what a ledger has as CSV by FOCUS 1.2, the FinOps Open Cost and Usage Specification, which tools for cloud costs read: https://focus.finops.org.
/// </summary>
/// <remarks>
/// Every row is usage: <c>BilledCost</c>, <c>EffectiveCost</c>, <c>ContractedCost</c> and <c>ListCost</c> are all what was charged, to the last digit; no discount is known. A correction is a row below zero, and of the class
/// <c>Correction</c> where what it corrects was charged in an earlier billing month. Beside the columns of FOCUS there are <c>x_EntryId</c>, <c>x_EntryKind</c>, <c>x_Operation</c>, <c>x_OperationId</c> and <c>x_Partition</c>.
/// </remarks>
public static class FocusExport
{
    /// <summary>
    /// Writes all entries of a query that spend money, newest first: a row for each line of an entry's cost, and one for an entry without lines. The rows of an entry add up to its amount. Whatever the query's limit and cursor,
    /// all pages are read, each in one session of the database, and no more than one is kept in memory.
    /// </summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="query">The entries. Its <see cref="LedgerQuery.To"/> should be past: what is written meanwhile may be left out.</param>
    /// <param name="writer">Where the text goes, headings first. It is not flushed.</param>
    /// <param name="options">Whose bill it is.</param>
    /// <param name="cancellationToken">Ends the writing between two pages.</param>
    /// <returns>The number of rows without the headings.</returns>
    /// <exception cref="ArgumentException">The times of the query are reversed, or the system does not know the time zone.</exception>
    /// <exception cref="LedgerException">The database cannot be read; whole pages may have been written.</exception>
    public static async ValueTask<long> WriteFocusAsync(this ILedger ledger, LedgerQuery query, TextWriter writer, FocusOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(options);
        var (rows, count) = (new FocusRows(options), 0L);
        var entries = ledger.ReadAllEntriesAsync(query with { Limit = LedgerQuery.MaxLimit }, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        // A query that is none has no headings either.
        var hasMore = await entries.MoveNextAsync().ConfigureAwait(false);
        await writer.WriteAsync(FocusCsv.Head.AsMemory(), cancellationToken).ConfigureAwait(false);
        for (; hasMore; hasMore = await entries.MoveNextAsync().ConfigureAwait(false))
        {
            foreach (var row in rows.Of(entries.Current))
            {
                await writer.WriteAsync(FocusCsv.Line(row, options).AsMemory(), cancellationToken).ConfigureAwait(false);
                count++;
            }
        }
        return count;
    }

    /// <summary>Writes a report: a row for each of its rows, with the requests as the consumed quantity. The names are tags, but for provider, model and tenant, which have columns of their own.</summary>
    /// <param name="report">The report, whose rows each lie in one month by the clock of its time zone.</param>
    /// <param name="options">Whose bill it is.</param>
    /// <returns>The text, with headings.</returns>
    /// <exception cref="ArgumentException">A row of the report is in more than one month.</exception>
    public static string ToFocusCsv(this LedgerReport report, FocusOptions options)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(options);
        return FocusCsv.Head + string.Concat(new FocusRows(options).Of(report).Select(row => FocusCsv.Line(row, options)));
    }
}
