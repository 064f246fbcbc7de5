using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on shared costs.</summary>
internal static class AllocationMap
{
    private const string IdText = "The allocation's id, percent-encoded.";
    private const string KeyText = "The allocation's id, where the body has none.";

    /// <summary>Maps the calls that allocate, take back and make again.</summary>
    public static void MapChanges(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new AllocationCalls(options);
        group.MapPost("", (
                HttpContext context,
                [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.AllocateAsync(context, key, partition))
            .Takes<AllocationBody>().Produces<AllocationReply>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict).Asks().NeedsLedger()
            .Is(names.Of("allocate_cost"), "Divides a shared cost among scopes, as entries of the ledger. The same again changes nothing.");
        MapChange("take-back", calls.TakeBackAsync, "take_back_allocation", "Takes an allocation back, by entries that undo each of its own.");
        MapChange("again", calls.MakeAgainAsync, "allocate_cost_again", "Takes an allocation back and makes it by the present use, in one step. Where that gives the same parts, nothing is changed.");
        MediaTypes.RefuseOthers(group, "");

        void MapChange(string what, Func<HttpContext, string?, Task<IResult>> call, string name, string summary)
        {
            var pattern = $"/{{id}}/{what}";
            group.MapPost(pattern, (HttpContext context, [Description(IdText)] string id, [FromQuery, Description(PartitionQuery.Text)] string? partition) => call(context, partition))
                .Takes<AllocationChangeBody>().Produces<AllocationReply>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).Asks().NeedsLedger()
                .Is(names.Of(name), summary);
            // The body may be missing, and with it the media type that the endpoint above asks for.
            group.MapPost(pattern, (HttpContext context, [FromQuery] string? partition) => call(context, partition)).ExcludeFromDescription();
        }
    }

    /// <summary>Maps the calls that list and find.</summary>
    public static void MapReading(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new AllocationCalls(options);
        group.MapGet("", (
                HttpContext context,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ListAsync(context, PageQuery.Of(limit, cursor), partition))
            .Produces<AllocationListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks().NeedsLedger()
            .Is(names.Of("allocations"), "The shared costs that were allocated, page by page, the latest first.");
        group.MapGet("/{id}", (HttpContext context, [Description(IdText)] string id, [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.GetAsync(context, partition))
            .Produces<AllocationReply>().Finds().Asks().NeedsLedger()
            .Is(names.Of("allocation"), "One allocation, and who has got how much of it.");
    }
}
