using System.Text;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that read the ledger.</summary>
internal sealed class LedgerCalls(BudgetServiceOptions options)
{
    private const long RetrySeconds = 1;

    public async Task<IResult> ListAsync(HttpContext context, string? partition)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        var query = EntryQuery.Of(context.Request.Query, ledger.Checked(context, partition));
        // The entries of later pages are older than those of the first, and were there when it was read.
        if (query.Cursor is null)
            await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        var page = await ledger.Ledger.ReadEntriesAsync(query, context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<EntryListReply>(new() { Items = [.. page.Entries.Select(EntryReply.Of)], NextCursor = page.NextCursor }, ServiceJson.Default.EntryListReply);
    }

    public async Task<IResult> GetAsync(HttpContext context, string? partition)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        var checkedPartition = ledger.Checked(context, partition);
        var id = PathValue.FromEnd(context, "id", 0);
        if (await FindAsync().ConfigureAwait(false) is { } found)
            return found;
        await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        return await FindAsync().ConfigureAwait(false)
            ?? (ledger.IsBehind
                ? ProblemReply.NotFound("There is no entry with this id yet. Entries are waiting to be written.", RetrySeconds)
                : ProblemReply.NotFound("There is no entry with this id."));

        // An entry of another partition is answered as one that does not exist.
        async ValueTask<IResult?> FindAsync() =>
            await ledger.Ledger.FindEntryAsync(id, context.RequestAborted).ConfigureAwait(false) is { } entry && entry.Partition == checkedPartition
                ? new JsonReply<EntryReply>(EntryReply.Of(entry), ServiceJson.Default.EntryReply)
                : null;
    }

    public async Task<IResult> ReportAsync(HttpContext context, string? partition)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        var checkedPartition = ledger.Checked(context, partition);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ReportBody, options.MaxBodyBytes).ConfigureAwait(false);
        var (request, write) = (body.ToRequest(checkedPartition), body.Writing(options.Focus));
        await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        var report = await ledger.Ledger.ReportAsync(request, context.RequestAborted).ConfigureAwait(false);
        return TypedResults.Text(write(report), body.IsJson ? LedgerMap.Json : LedgerMap.Csv, Encoding.UTF8);
    }
}
