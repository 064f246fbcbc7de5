using System.Runtime.CompilerServices;

namespace BudgetFirewall;

/// <summary>Reads the entries of a query in the order of their times, a page at a time, and the next page while one is worked on.</summary>
internal static class OrderedEntries
{
    /// <exception cref="LedgerException">The ledger cannot be read, or does not give the oldest entries first.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<LedgerEntry>> ReadAsync(ILedger ledger, LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = query with { IsOldestFirst = true, Limit = LedgerQuery.MaxLimit };
        var reading = PageAsync(query);
        List<LedgerEntry> kept = [];
        var before = DateTimeOffset.MinValue;
        try
        {
            while (true)
            {
                var page = await reading.ConfigureAwait(false);
                if (page.NextCursor is { } cursor)
                    reading = PageAsync(query with { Cursor = cursor });
                kept.AddRange(page.Entries);
                if (page.Entries is [var first, ..] && MillisecondOf(first) < MillisecondOf(before))
                    throw new LedgerException($"The ledger gives an entry of {first.Time:O} behind one of {before:O}, though it was asked for the oldest first. A ledger of your own needs {nameof(LedgerQuery)}.{nameof(LedgerQuery.IsOldestFirst)}.");
                before = page.Entries is [.., var last] ? last.Time : before;
                // Those of one millisecond are in the order of their writing, which may be another one than that of their times: the last ones wait for what the next page has of theirs.
                var count = page.NextCursor is null ? kept.Count : kept.FindIndex(entry => MillisecondOf(entry) == MillisecondOf(before));
                if (count > 0)
                    yield return [.. kept[..count].OrderBy(entry => entry.Time)];
                kept.RemoveRange(0, count);
                if (page.NextCursor is null)
                    yield break;
            }
        }
        finally
        {
            // Whoever ends before the last page may close the ledger then: nothing reads it any more.
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<LedgerPage> PageAsync(LedgerQuery page) => Task.Run(() => ledger.ReadEntriesAsync(page, cancellationToken).AsTask(), cancellationToken);
    }

    private static long MillisecondOf(LedgerEntry entry) => MillisecondOf(entry.Time);

    private static long MillisecondOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMillisecond;
}
