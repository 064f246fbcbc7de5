using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on the ledger.</summary>
internal static class LedgerMap
{
    public const string Json = "application/json";
    public const string Csv = "text/csv";

    private const string KeyText = "The caller's own id for this operation: a repetition gets the first answer and changes nothing.";
    private const string BatchKeyText = "The caller's own id for this call: each request that has no operationId gets one made of it and of its place.";

    /// <summary>Maps the calls that charge.</summary>
    public static void MapRecording(RouteGroupBuilder group, DecidingCalls calls, BatchCalls batches, EndpointNames names)
    {
        group.MapPost("/record", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => calls.RecordAsync(context, key))
            .Takes<RequestBody>().Produces<ReceiptReply>().Produces<ReceiptReply>(StatusCodes.Status202Accepted).Records().NeedsLedger()
            .Is(names.Of("record"), "Records what a call has cost, as charge does, and answers the id of its entry in the ledger.");
        group.MapPost("/record/batch", (HttpContext context, [FromHeader(Name = OperationKey.Header), Description(BatchKeyText)] string? key) => batches.RecordAsync(context, key))
            .Takes<BatchBody>().Produces<BatchReply>().NeedsLedger()
            .Is(names.Of("record_batch"), "Records what several calls have cost, each on its own, in their order.");
        MediaTypes.RefuseOthers(group, "/record", "/record/batch");
    }

    /// <summary>Maps the call that gives back what was charged.</summary>
    public static void MapRefunds(RouteGroupBuilder group, DecidingCalls calls, EndpointNames names)
    {
        group.MapPost("/charges/{operationId}/refund", (
                HttpContext context,
                [Description("The id of the operation that was charged, percent-encoded: that of a charge, a spend, or a reservation that was committed.")] string operationId,
                [FromHeader(Name = OperationKey.Header), Description("The correction's id, in place of correctionId.")] string? key,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.RefundAsync(context, key, partition))
            .Takes<RefundBody>().Produces<RefundReply>().Finds().Records().NeedsLedger()
            .Is(names.Of("refund"), "Gives back what was charged, an amount or all, in the counters and periods in which it was charged.");
        MediaTypes.RefuseOthers(group, "/charges/{operationId}/refund");
    }

    /// <summary>Maps the calls that read.</summary>
    public static void MapReading(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new LedgerCalls(options);
        group.MapGet("/records", (
                HttpContext context,
                [FromQuery, Description("Only entries from here on: " + InstantText.Text + ".")] string? from,
                [FromQuery, Description("Only entries before: " + InstantText.Text + ".")] string? to,
                [FromQuery, Description("Only entries of this user. Any other name, as tenant, filters by a dimension; dimensions.tenant is the same.")] string? user,
                [FromQuery, Description("Only entries of this project.")] string? project,
                [FromQuery, Description("Only entries of this provider.")] string? provider,
                [FromQuery, Description("Only entries of this model.")] string? model,
                [FromQuery, Description("Only entries of this operation.")] string? operation,
                [FromQuery, NamesOf<LedgerEntryKind>("; given several times, entries of any of them")] string[]? kind,
                [FromQuery, Description("Only entries of the operation with this id.")] string? operationId,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ListAsync(context, partition))
            .Produces<EntryListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks().NeedsLedger()
            .Is(names.Of("records"), "The entries of the ledger, page by page, the newest first.");
        group.MapGet("/{id}", (
                HttpContext context,
                [Description("The entry's id.")] string id,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.GetAsync(context, partition))
            .Produces<EntryReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("entry"), "One entry of the ledger. One that was recorded a moment ago may not be written yet; Retry-After says when to ask again.");
        group.MapPost("/reports", (HttpContext context, [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ReportAsync(context, partition))
            .Takes<ReportBody>().Produces<ReportReply>(StatusCodes.Status200OK, Json, Csv).Asks().NeedsLedger()
            .Is(names.Of("report"), "Adds up what was spent, grouped by names and spans of time.");
        MediaTypes.RefuseOthers(group, "/reports");
        MapAnomalies(group, new(options), names);
    }

    private static void MapAnomalies(RouteGroupBuilder group, AnomalyCalls calls, EndpointNames names) =>
        group.MapGet("/anomalies", (
                HttpContext context,
                [FromQuery, Description("Only those whose hour begins here or later: " + InstantText.Text + ".")] string? from,
                [FromQuery, Description("Only those whose hour begins before: " + InstantText.Text + ".")] string? to,
                [FromQuery, Description("Only those of this scope, as user=alice, percent-encoded.")] string? scope,
                [FromQuery, NamesOf<AnomalyKind>] string? kind,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor) => calls.ListAsync(context, PageQuery.Of(limit, cursor), from, to, scope, kind))
            .Produces<AnomalyListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks().NeedsLedger()
            .Is(names.Of("anomalies"), "The hours in which scopes have spent far more than was expected of them, and the budgets that are spent too fast, page by page, those found last first.");
}
