using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Maps the calls that decide and charge.</summary>
internal static class DecidingMap
{
    private const string KeyText = "The caller's own id for this operation: a repetition gets the first answer and changes nothing.";
    private const string BatchKeyText = "The caller's own id for this call: each request that has no operationId gets one made of it and of its place.";
    private const string ReservationText = "The reservation's id, percent-encoded.";

    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var open = new OpenReservations(options, ((IEndpointRouteBuilder)group).ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System);
        var calls = new DecidingCalls(options, open);
        MapDecisions(group, calls, names);
        MapReservations(group, calls, names);
        var batches = new BatchCalls(options);
        MapBatches(group, batches, names);
        LedgerMap.MapRefunds(group, calls, names);
        LedgerMap.MapRecording(group.MapGroup("/cost-tracking"), calls, batches, names);
    }

    private static void MapDecisions(RouteGroupBuilder group, DecidingCalls calls, EndpointNames names)
    {
        group.MapPost("/check", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.CheckAsync(context, key))
            .Takes<RequestBody>().Produces<DecisionReply>().Decides()
            .Is(names.Of("check"), "Looks whether a request fits, and takes its permits from rate limits. Charges nothing.");
        group.MapPost("/budgets/check", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.CheckAsync(context, key))
            .Takes<RequestBody>().Produces<DecisionReply>().Decides()
            .Is(names.Of("check_budgets"), "The same as check, by the name that other services have for it.");
        group.MapPost("/rate-limits/check", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.CheckRateLimitsAsync(context, key))
            .Takes<RequestBody>().Produces<DecisionReply>().Decides()
            .Is(names.Of("check_rate_limits"), "Looks whether rate limits have room for a request, and takes its permits from them. Budgets and prices do not matter.");
        group.MapPost("/spend", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.SpendAsync(context, key))
            .Takes<RequestBody>().Produces<DecisionReply>().Decides()
            .Is(names.Of("spend"), "Checks and charges in one step, for a price known before the call.");
        group.MapPost("/charge", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.ChargeAsync(context, key))
            .Takes<RequestBody>().Produces<ReceiptReply>().Produces<ReceiptReply>(StatusCodes.Status202Accepted).Records()
            .Is(names.Of("charge"), "Records what a call has cost, whether it fits or not.");
        group.MapPost("/reserve", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.ReserveAsync(context, key))
            .Takes<ReserveBody>().Produces<ReservationReply>().Decides()
            .Is(names.Of("reserve"), "Sets the expected cost aside in every budget of the request.");
        MediaTypes.RefuseOthers(group, "/check", "/budgets/check", "/rate-limits/check", "/spend", "/charge", "/reserve");
    }

    private static void MapReservations(RouteGroupBuilder group, DecidingCalls calls, EndpointNames names)
    {
        group.MapPost("/reservations/{id}/commit", (HttpContext context, [Description(ReservationText)] string id) => calls.CommitAsync(context))
            .Takes<CommitBody>().Finds().Produces<ReceiptReply>().Produces<ReceiptReply>(StatusCodes.Status202Accepted).Records()
            .Is(names.Of("commit"), "Charges what the call has cost, and ends the hold.");
        group.MapPost("/reservations/{id}/release", (HttpContext context, [Description(ReservationText)] string id) => calls.ReleaseAsync(context))
            .Reads().Produces(StatusCodes.Status204NoContent).Records()
            .Is(names.Of("release"), "Gives the hold back and charges nothing.");
        group.MapPost("/reservations/{id}/extend", (HttpContext context, [Description(ReservationText)] string id) => calls.ExtendAsync(context))
            .Takes<ExtendBody>().Finds().Produces<ExtensionReply>().Records()
            .Is(names.Of("extend"), "Makes the hold last longer.");
        MediaTypes.RefuseOthers(group, "/reservations/{id}/commit", "/reservations/{id}/extend");
    }

    private static void MapBatches(RouteGroupBuilder group, BatchCalls calls, EndpointNames names)
    {
        group.MapPost("/check/batch", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(BatchKeyText)] string? key) => calls.CheckAsync(context, key))
            .Takes<BatchBody>().Produces<BatchReply>()
            .Is(names.Of("check_batch"), "Checks several requests, each on its own, in their order.");
        group.MapPost("/budgets/check/batch", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(BatchKeyText)] string? key) => calls.CheckAsync(context, key))
            .Takes<BatchBody>().Produces<BatchReply>()
            .Is(names.Of("check_budgets_batch"), "The same as check/batch, by the name that other services have for it.");
        group.MapPost("/charge/batch", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(BatchKeyText)] string? key) => calls.ChargeAsync(context, key))
            .Takes<BatchBody>().Produces<BatchReply>()
            .Is(names.Of("charge_batch"), "Records what several calls have cost, each on its own, in their order.");
        MediaTypes.RefuseOthers(group, "/check/batch", "/budgets/check/batch", "/charge/batch");
    }
}
