using System.Text;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls on the receipts of the ledger.</summary>
internal sealed class ReceiptCalls(BudgetServiceOptions options, TimeProvider timeProvider)
{
    private const long RetrySeconds = 1;

    private readonly RecentCheckpoints _recent = new(timeProvider, options.CheckpointInterval);

    public async Task<IResult> GetAsync(HttpContext context, string? partition)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        var receipts = Receipts(context);
        var checkedPartition = ledger.Checked(context, partition);
        var id = PathValue.FromEnd(context, "id", 0);
        await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        var receipt = await receipts.GetAsync(id, context.RequestAborted).ConfigureAwait(false);
        // A receipt of another partition is answered as one that does not exist.
        if (receipt is not null && receipt.Entry.Partition == checkedPartition)
            return TypedResults.Text(Encoding.UTF8.GetString(receipt.ToJson()), LedgerMap.Json, Encoding.UTF8);
        return ledger.IsBehind
            ? ProblemReply.NotFound("There is no entry with this id yet. Entries are waiting to be written.", RetrySeconds)
            : ProblemReply.NotFound("There is no entry with this id, or it was written without a receipt.");
    }

    public async Task<IResult> CheckpointAsync(HttpContext context, string? partition)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        var receipts = Receipts(context);
        var checkedPartition = ledger.Checked(context, partition);
        var checkpoint = await _recent.GetAsync(
            checkedPartition,
            async cancellationToken =>
            {
                await ledger.FlushAsync(cancellationToken).ConfigureAwait(false);
                return await receipts.CheckpointAsync(checkedPartition, cancellationToken).ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<CheckpointReply>(CheckpointReply.Of(checkpoint), ServiceJson.Default.CheckpointReply);
    }

    public async Task<IResult> VerifyAsync(HttpContext context)
    {
        var receipts = Receipts(context);
        var json = await JsonBody.ReadRawAsync(context, options.MaxBodyBytes).ConfigureAwait(false);
        return new JsonReply<VerificationReply>(VerificationReply.Of(receipts.Verify(json)), ServiceJson.Default.VerificationReply);
    }

    private ILedgerReceipts Receipts(HttpContext context)
    {
        // Without a ledger the answer is that, and not that its receipts are missing.
        _ = LedgerAccess.ForReading(context, options);
        return FirewallServiceLookup.FindService<ILedgerReceipts>(context.RequestServices, options.Firewall) ?? throw new ReceiptsMissingException();
    }
}
