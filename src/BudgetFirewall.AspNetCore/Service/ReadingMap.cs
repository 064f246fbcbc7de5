using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls that change nothing.</summary>
internal static class ReadingMap
{
    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new ReadingCalls(options);
        group.MapGet("/status/{kind}/{id}", (
                HttpContext context,
                [Description("The scope's kind: user, project, provider, model, global, or any other.")] string kind,
                [Description("The scope's id, percent-encoded; global for the kind global.")] string id,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.StatusAsync(context, partition))
            .Produces<StatusReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks()
            .Is(names.Of("status"), "The state of every budget and rate limit of a scope, with totals.");
        group.MapPost("/status", (HttpContext context, CancellationToken _) => calls.RequestStatusAsync(context))
            .Takes<RequestBody>().Produces<RequestStatusReply>().Asks()
            .Is(names.Of("request_status"), "The state of every budget and rate limit that a request meets, with totals. Takes nothing.");
        LimitMap.MapReading(group.MapGroup("/budgets"), LimitKinds.Budgets(options), names);
        LimitMap.MapReading(group.MapGroup("/rate-limits"), LimitKinds.RateLimits(options), names);
        ApprovalMap.MapReading(group.MapGroup("/approvals"), options, names);
        QuotaMap.MapReading(group.MapGroup("/quotas"), options, names);
        LedgerMap.MapReading(group.MapGroup("/cost-tracking"), options, names);
        AllocationMap.MapReading(group.MapGroup("/cost-tracking/allocations"), options, names);
        ReceiptMap.Map(group.MapGroup("/receipts"), options, names);
        group.MapPost("/explain", (HttpContext context, CancellationToken _) => calls.ExplainAsync(context))
            .Takes<RequestBody>().Produces<ExplanationReply>().ProducesProblem(StatusCodes.Status403Forbidden).Asks()
            .Is(names.Of("explain"), "What a check of a request would answer, and the verdict of every limit that it meets. Takes nothing.");
        group.MapPost("/estimate", (HttpContext context, CancellationToken _) => calls.EstimateAsync(context))
            .Takes<RequestBody>().Produces<EstimateReply>()
            .Is(names.Of("estimate"), "What a request costs by the present prices, line by line.");
        MediaTypes.RefuseOthers(group, "/estimate", "/status", "/explain");
    }

    public static void MapHealth(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new ReadingCalls(options);
        group.MapGet("/health", (HttpContext context, CancellationToken _) => calls.HealthAsync(context))
            .Produces<HealthReply>().Asks()
            .Is(names.Of("health"), "Whether the store of budgets answers.");
    }
}
