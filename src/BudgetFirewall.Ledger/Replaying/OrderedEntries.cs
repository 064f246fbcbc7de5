using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace BudgetFirewall;

/// <summary>Reads the entries of a query in the order of their times, ahead of whoever works on them.</summary>
internal static class OrderedEntries
{
    private const int EntriesOfPage = LedgerQuery.MaxLimit;
    private const int PagesAhead = 2;

    /// <exception cref="LedgerException">The ledger cannot be read, or does not give the oldest entries first.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<LedgerEntry>> ReadAsync(ILedger ledger, LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = Channel.CreateBounded<List<LedgerEntry>>(new BoundedChannelOptions(PagesAhead) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ReadAheadAsync(ledger, query with { IsOldestFirst = true, Limit = LedgerQuery.MaxLimit }, pages.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return page;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    // What fails is told to the reader of the pages.
    private static async Task ReadAheadAsync(ILedger ledger, LedgerQuery query, ChannelWriter<List<LedgerEntry>> pages, CancellationToken cancellationToken)
    {
        try
        {
            List<LedgerEntry> page = [];
            await foreach (var entry in ledger.ReadAllEntriesAsync(query, cancellationToken).ConfigureAwait(false))
            {
                if (page is [.., var before] && MillisecondOf(entry) < MillisecondOf(before))
                    throw new LedgerException($"The ledger gives an entry of {entry.Time:O} behind one of {before.Time:O}, though it was asked for the oldest first. A ledger of your own needs {nameof(LedgerQuery)}.{nameof(LedgerQuery.IsOldestFirst)}.");
                // Those of one millisecond are in the order of their writing, which may be another one than that of their times: they are in one page.
                if (page.Count >= EntriesOfPage && MillisecondOf(entry) > MillisecondOf(page[^1]))
                {
                    await pages.WriteAsync(InOrder(page), cancellationToken).ConfigureAwait(false);
                    page = [];
                }
                page.Add(entry);
            }
            if (page.Count > 0)
                await pages.WriteAsync(InOrder(page), cancellationToken).ConfigureAwait(false);
            pages.Complete();
        }
        catch (Exception e)
        {
            pages.Complete(e);
        }
    }

    private static List<LedgerEntry> InOrder(List<LedgerEntry> page) => [.. page.OrderBy(entry => entry.Time)];

    private static long MillisecondOf(LedgerEntry entry) => entry.Time.UtcTicks / TimeSpan.TicksPerMillisecond;
}
