using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that erase persons from the ledger.</summary>
internal sealed class ErasureCalls(BudgetServiceOptions options)
{
    private const string Anonymous = "anonymous";

    // Whoever stops waiting for the answer has erased all the same: from here on no call is cancelled.
    public async Task<IResult> EraseAsync(HttpContext context)
    {
        var (ledger, erasure) = (LedgerAccess.ForReading(context, options), Erasure(context));
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ErasureBody, options.MaxBodyBytes).ConfigureAwait(false);
        if (!BudgetScope.TryParse(body.Scope ?? throw FieldException.Missing("scope"), out var scope))
            throw new FieldException("scope", "scope must be one scope, as user=alice.");
        // What was charged a moment ago names the person too.
        await ledger.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        var missed = ledger.Missed;
        var by = body.By ?? ServiceCaller.RecordedNameOf(context, options) ?? Anonymous;
        var result = await erasure.EraseAsync(scope, by, body.Reason, CancellationToken.None).ConfigureAwait(false);
        if (missed > 0)
        {
            var reported = result.Remainders.FirstOrDefault(remainder => remainder.Place == LedgerErasurePlace.Waiting);
            var others = result.Remainders.Where(remainder => remainder.Place != LedgerErasurePlace.Waiting);
            result = result with { Remainders = [.. others, new(LedgerErasurePlace.Waiting, Math.Max(missed, reported?.Count ?? 0))] };
        }
        return new JsonReply<ErasureReply>(ErasureReply.Of(result), ServiceJson.Default.ErasureReply);
    }

    public async Task<IResult> ListAsync(HttpContext context, PageQuery page)
    {
        var all = await Erasure(context).ListAsync(context.RequestAborted).ConfigureAwait(false);
        List<LedgerErasureRecord> rest = [.. page.AfterId is null ? all : all.SkipWhile(erasure => erasure.ErasedId != page.AfterId).Skip(1)];
        var cursor = rest.Count > page.Limit ? PageQuery.CursorAfter(rest[page.Limit - 1].ErasedId) : null;
        return new JsonReply<ErasureListReply>(new() { Items = [.. rest.Take(page.Limit).Select(ErasureRecordReply.Of)], NextCursor = cursor }, ServiceJson.Default.ErasureListReply);
    }

    private ILedgerErasure Erasure(HttpContext context) =>
        LedgerAccess.ForReading(context, options).Ledger is DatabaseLedger && FirewallServiceLookup.FindService<ILedgerErasure>(context.RequestServices, options.Firewall) is { } erasure
            ? erasure
            : throw new LedgerMissingException();
}
