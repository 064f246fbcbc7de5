using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Maps the calls on the receipts of the ledger.</summary>
internal static class ReceiptMap
{
    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new ReceiptCalls(options, ((IEndpointRouteBuilder)group).ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System);
        group.MapGet("/checkpoint", (HttpContext context, [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.CheckpointAsync(context, partition))
            .Produces<CheckpointReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks().NeedsLedger()
            .Is(names.Of("checkpoint"), "The signed state of the ledger's log, at most CheckpointInterval old. Keep it: with it everybody can tell later what was changed.");
        group.MapGet("/{id}", (
                HttpContext context,
                [Description("The entry's id.")] string id,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.GetAsync(context, partition))
            .Produces<ProvedEntryReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("receipt"), "The receipt of an entry: the entry with the proof that it is in the ledger. Keep the answer as it is.");
        group.MapPost("/verify", (HttpContext context, CancellationToken _) => calls.VerifyAsync(context))
            .Takes<ProvedEntryReply>().Produces<VerificationReply>().NeedsLedger()
            .Is(names.Of("verify_receipt"), "Verifies a receipt by the keys of this ledger. The same can be done without the service, by the public key.");
        MediaTypes.RefuseOthers(group, "/verify");
    }
}
