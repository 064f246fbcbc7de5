using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on approvals.</summary>
internal static class ApprovalMap
{
    private const string KeyText = "The caller's own id for this call: repeated with the same content it gets the first answer.";
    private const string IdText = "The approval's id.";

    /// <summary>Maps the calls that list and find approvals.</summary>
    public static void MapReading(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new ApprovalCalls(options);
        group.MapGet("", (
                HttpContext context,
                [FromQuery, Description("The state of those that are listed: pending, approved, denied, expired or cancelled; absent or all: every state.")] string? state,
                [FromQuery, Description("The budget that they were asked for; absent: any.")] string? budgetId,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ListAsync(context, PageQuery.Of(limit, cursor), state, budgetId, partition))
            .Produces<ApprovalListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks()
            .Is(names.Of("approvals"), "The approvals that were asked for, page by page, the oldest first.");
        group.MapGet("/{id}", (
                HttpContext context,
                [Description(IdText)] string id,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.GetAsync(context, partition))
            .Produces<ApprovalReply>().Finds().Asks()
            .Is(names.Of("approval"), "One approval.");
    }

    /// <summary>Maps the calls that end approvals.</summary>
    public static void MapChanges(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new ApprovalCalls(options);
        group.MapPost("/{id}/approve", (
                HttpContext context,
                [Description(IdText)] string id,
                [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ApproveAsync(context, key, partition))
            .Takes<ApproveBody>().Produces<ApprovalReply>()
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).Asks()
            .Is(names.Of("approve"), "Approves an amount: it raises what the budget admits for the scope until its period ends.");
        MediaTypes.RefuseOthers(group, "/{id}/approve");
        MapEnd(group, "deny", calls.DenyAsync, names, "Refuses an approval. Its budget asks for no other for a time.");
        MapEnd(group, "cancel", calls.CancelAsync, names, "Takes an approval back without an answer. The next refusal asks for another one.");
    }

    private static void MapEnd(RouteGroupBuilder group, string verb, Func<HttpContext, string?, string?, Task<IResult>> end, EndpointNames names, string summary)
    {
        group.MapPost($"/{{id}}/{verb}", (
                HttpContext context,
                [Description(IdText)] string id,
                [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => end(context, key, partition))
            .Takes<ApprovalNoteBody>().Produces<ApprovalReply>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).Asks()
            .Is(names.Of($"{verb}_approval"), summary);
        // The body may be missing, and with it the media type that the endpoint above asks for.
        group.MapPost($"/{{id}}/{verb}", (HttpContext context, [FromHeader(Name = OperationKey.Header)] string? key, [FromQuery] string? partition) => end(context, key, partition)).ExcludeFromDescription();
    }
}
