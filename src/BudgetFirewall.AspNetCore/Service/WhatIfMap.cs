using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the call that replays the ledger against another configuration.</summary>
internal static class WhatIfMap
{
    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new WhatIfCalls(options);
        group.MapPost("/what-if", (HttpContext context, [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ReplayAsync(context, partition))
            .Takes<WhatIfBody>().Produces<WhatIfReply>().ProducesProblem(StatusCodes.Status429TooManyRequests).Asks().NeedsLedger()
            .Is(names.Of("what_if"), "Replays the entries of a time against another configuration, in memory, and answers what it would have refused. Changes nothing.");
        MediaTypes.RefuseOthers(group, "/what-if");
    }
}
