using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls that erase persons from the ledger.</summary>
internal static class ErasureMap
{
    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new ErasureCalls(options);
        group.MapPost("", (HttpContext context, CancellationToken _) => calls.EraseAsync(context))
            .Takes<ErasureBody>().Produces<ErasureReply>().Asks().NeedsLedger()
            .Is(names.Of("erase"), "Erases a person from the ledger. Sums stay, receipts stay true, and a log says who has asked for it.");
        group.MapGet("", (
                HttpContext context,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor) => calls.ListAsync(context, PageQuery.Of(limit, cursor)))
            .Produces<ErasureListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks().NeedsLedger()
            .Is(names.Of("erasures"), "The log of erasures, the earliest first.");
        MediaTypes.RefuseOthers(group, "");
    }
}
