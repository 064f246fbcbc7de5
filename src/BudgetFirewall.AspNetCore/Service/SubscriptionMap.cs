using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on subscriptions to events. All of them are administration: a subscription is told what everybody does.</summary>
internal static class SubscriptionMap
{
    private const string IdText = "The subscription's id, percent-encoded.";
    private const string KeyText = "The caller's own id for this call: repeated with the same content it gets the first answer, without the secret.";

    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new SubscriptionCalls(options);
        group.MapPost("", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.CreateAsync(context, key))
            .Takes<SubscriptionBody>().Produces<SubscriptionReply>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict).Asks().NeedsLedger()
            .Is(names.Of("create_event_subscription"), "Makes a subscription and answers its secret, which is not shown again.");
        group.MapGet("", (
                HttpContext context,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor) => calls.ListAsync(context, PageQuery.Of(limit, cursor)))
            .Produces<SubscriptionListReply>().Asks().NeedsLedger()
            .Is(names.Of("event_subscriptions"), "The subscriptions, oldest first.");
        group.MapGet("/{id}", (HttpContext context, [Description(IdText)] string id) => calls.GetAsync(context))
            .Produces<SubscriptionReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("event_subscription"), "One subscription.");
        group.MapPut("/{id}", (HttpContext context, [Description(IdText)] string id) => calls.SetAsync(context))
            .Takes<SubscriptionBody>().Produces<SubscriptionReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("set_event_subscription"), "Changes a subscription. Its secret stays.");
        group.MapDelete("/{id}", (HttpContext context, [Description(IdText)] string id) => calls.DeleteAsync(context))
            .Produces(StatusCodes.Status204NoContent).Finds().Asks().NeedsLedger()
            .Is(names.Of("delete_event_subscription"), "Deletes a subscription with its deliveries.");
        MapDeliveries(group, calls, names);
        MediaTypes.RefuseOthers(group, "");
        MediaTypes.RefuseOtherPuts(group, "/{id}");
    }

    private static void MapDeliveries(RouteGroupBuilder group, SubscriptionCalls calls, EndpointNames names)
    {
        group.MapPost("/{id}/test", (HttpContext context, [Description(IdText)] string id) => calls.TestAsync(context))
            .Produces<TestReply>(StatusCodes.Status202Accepted).Finds().Asks().NeedsLedger()
            .Is(names.Of("test_event_subscription"), "Records a test event for one subscription.");
        group.MapPost("/{id}/rotate-secret", (HttpContext context, [Description(IdText)] string id) => calls.RotateAsync(context))
            .Produces<SubscriptionReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("rotate_event_secret"), "Gives a subscription another secret. For a day its deliveries are signed with both.");
        group.MapGet("/{id}/deliveries", (
                HttpContext context,
                [Description(IdText)] string id,
                [FromQuery, Description("The state of those that are listed: pending, delivered or given_up; absent or all: every state.")] string? state,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor) => calls.DeliveriesAsync(context, PageQuery.Of(limit, cursor), state))
            .Produces<DeliveryListReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("event_deliveries"), "The deliveries of a subscription, page by page, the latest first.");
        group.MapPost("/{id}/deliveries/{delivery}/redeliver", (HttpContext context, [Description(IdText)] string id, [Description("The delivery's number.")] string delivery) => calls.RedeliverAsync(context, delivery))
            .Produces(StatusCodes.Status202Accepted).Finds().Asks().NeedsLedger()
            .Is(names.Of("redeliver_event"), "Delivers once more what was delivered or given up.");
    }
}
