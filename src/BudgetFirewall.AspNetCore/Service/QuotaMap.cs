using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on pools.</summary>
internal static class QuotaMap
{
    private const string IdText = "The pool's id, percent-encoded.";
    private const string PartitionText = "The partition, where limits are partitioned; otherwise absent.";

    /// <summary>Maps the calls that change pools.</summary>
    public static void MapChanges(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new QuotaCalls(options);
        group.MapPost("/allocate", (HttpContext context, [FromQuery, Description(PartitionText)] string? partition) => calls.AllocateAsync(context, partition))
            .Takes<QuotaBody>().Produces<QuotaReply>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict).Asks()
            .Is(names.Of("allocate_quota"), "Divides a new pool among its members. The same pool again changes nothing.");
        group.MapPost("/allocate/batch", (HttpContext context, [FromQuery, Description(PartitionText)] string? partition) => calls.AllocateManyAsync(context, partition))
            .Takes<QuotaBatchBody>().Produces<QuotaBatchReply>().Asks()
            .Is(names.Of("allocate_quotas"), "Divides several new pools, after all of them were checked.");
        group.MapPut("/{id}", (HttpContext context, [Description(IdText)] string id, [FromQuery, Description(PartitionText)] string? partition) => calls.SetAsync(context, partition))
            .Takes<QuotaBody>().Produces<QuotaReply>().Finds().Asks()
            .Is(names.Of("set_quota"), "Replaces a pool and divides it anew, or allocates it.");
        group.MapDelete("/{id}", (HttpContext context, [Description(IdText)] string id, [FromQuery, Description(PartitionText)] string? partition) => calls.DeleteAsync(context, partition))
            .Produces(StatusCodes.Status204NoContent).Finds().Asks()
            .Is(names.Of("delete_quota"), "Deletes a pool and the budgets of its members.");
        group.MapPost("/{id}/reallocate", (HttpContext context, [Description(IdText)] string id, [FromQuery, Description(PartitionText)] string? partition) => calls.ReallocateAsync(context, partition))
            .Takes<ReallocateBody>().Produces<QuotaReply>().ProducesProblem(StatusCodes.Status404NotFound).Asks()
            .Is(names.Of("reallocate_quota"), "Lets members in need borrow what others leave.");
        // The body may be missing, and with it the media type that the endpoint above asks for.
        group.MapPost("/{id}/reallocate", (HttpContext context, [FromQuery] string? partition) => calls.ReallocateAsync(context, partition)).ExcludeFromDescription();
        MediaTypes.RefuseOthers(group, "/allocate", "/allocate/batch");
        MediaTypes.RefuseOtherPuts(group, "/{id}");
    }

    /// <summary>Maps the calls that list and find pools.</summary>
    public static void MapReading(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new QuotaCalls(options);
        group.MapGet("", (
                HttpContext context,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor,
                [FromQuery, Description(PartitionText)] string? partition) => calls.ListAsync(context, PageQuery.Of(limit, cursor), partition))
            .Produces<QuotaListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks()
            .Is(names.Of("quotas"), "The pools, page by page, and who has how much of them.");
        group.MapGet("/{id}", (HttpContext context, [Description(IdText)] string id, [FromQuery, Description(PartitionText)] string? partition) => calls.GetAsync(context, partition))
            .Produces<QuotaReply>().Finds().Asks()
            .Is(names.Of("quota"), "One pool, and who has how much of it.");
        group.MapGet("/{id}/history", (
                HttpContext context,
                [Description(IdText)] string id,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor,
                [FromQuery, Description(PartitionText)] string? partition) => calls.HistoryAsync(context, PageQuery.Of(limit, cursor), partition))
            .Produces<QuotaHistoryReply>().Finds().Asks()
            .Is(names.Of("quota_history"), "The ended periods of a pool, the latest first.");
    }
}
