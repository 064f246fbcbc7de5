using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on the limits of one kind, which are the same for budgets and rate limits.</summary>
internal static class LimitMap
{
    private const string IdText = "The limit's id, percent-encoded.";
    private const string PartitionText = "The partition, where limits are partitioned; otherwise absent.";

    /// <summary>Maps the calls that change limits.</summary>
    public static void MapChanges(RouteGroupBuilder group, LimitCalls calls, EndpointNames names)
    {
        var add = group.MapPost("", (HttpContext context, [FromQuery, Description(PartitionText)] string? partition) => calls.AddAsync(context, partition));
        calls.Produces(calls.Takes(add), StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict).Asks()
            .Is(names.Of($"add_{calls.Name}"), $"Adds a {calls.Text} at run time, if there is none with its id; without an id it gets the one derived from what it counts.");
        MediaTypes.RefuseOthers(group, "");
        var set = group.MapPut("", (HttpContext context, [FromQuery, Description(PartitionText)] string? partition) => calls.SetAsync(context, partition));
        calls.Produces(calls.Takes(set), StatusCodes.Status200OK).Asks()
            .Is(names.Of($"set_{calls.Name}"), $"Sets a {calls.Text} at run time; without an id it gets the one derived from what it counts.");
        var setById = group.MapPut("/{id}", (
            HttpContext context,
            [Description(IdText)] string id,
            [FromQuery, Description(PartitionText)] string? partition) => calls.SetByIdAsync(context, partition));
        calls.Produces(calls.Takes(setById), StatusCodes.Status200OK).Asks()
            .Is(names.Of($"set_{calls.Name}_by_id"), $"Sets a {calls.Text} at run time, or replaces the one with its id. What it has counted stays.");
        group.MapDelete("/{id}", (
                HttpContext context,
                [Description(IdText)] string id,
                [FromQuery, Description(PartitionText)] string? partition) => calls.RemoveAsync(context, partition))
            .Produces(StatusCodes.Status204NoContent).Finds().Asks()
            .Is(names.Of($"remove_{calls.Name}"), $"Removes a {calls.Text} that was set at run time; a configured one with its id counts again.");
        MediaTypes.RefuseOtherPuts(group, "", "/{id}");
    }

    /// <summary>Maps the calls that list and find limits.</summary>
    public static void MapReading(RouteGroupBuilder group, LimitCalls calls, EndpointNames names)
    {
        var list = group.MapGet("", (
            HttpContext context,
            [FromQuery, Description(PageQuery.LimitText)] string? limit,
            [FromQuery, Description(PageQuery.CursorText)] string? cursor,
            [FromQuery, Description(PartitionText)] string? partition) => calls.ListAsync(context, PageQuery.Of(limit, cursor), partition));
        calls.ProducesList(list).ProducesProblem(StatusCodes.Status400BadRequest).Asks()
            .Is(names.Of($"{calls.Name}s"), $"The {calls.Text}s in force, page by page.");
        var get = group.MapGet("/{id}", (
            HttpContext context,
            [Description(IdText)] string id,
            [FromQuery, Description(PartitionText)] string? partition) => calls.GetAsync(context, partition));
        calls.Produces(get, StatusCodes.Status200OK).Finds().Asks()
            .Is(names.Of(calls.Name), $"One {calls.Text}.");
    }
}
