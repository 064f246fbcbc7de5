using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls that change budgets.</summary>
internal static class AdministrationMap
{
    private const string BudgetText = "The budget's id, percent-encoded.";
    private const string PartitionText = "The partition, where budgets are partitioned; otherwise absent.";

    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new AdministrationCalls(options);
        group.MapPost("/budgets", (HttpContext context, [FromQuery, Description(PartitionText)] string? partition) => calls.AddAsync(context, partition))
            .Takes<BudgetBody>().Produces<BudgetReply>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict).Asks()
            .Is(names.Of("add_budget"), "Adds a budget at run time, if there is none with its id; without an id it gets the one derived from what it counts.");
        MediaTypes.RefuseOthers(group, "/budgets");
        group.MapPut("/budgets", (HttpContext context, [FromQuery, Description(PartitionText)] string? partition) => calls.SetAsync(context, partition))
            .Takes<BudgetBody>().Produces<BudgetReply>().Asks()
            .Is(names.Of("set_budget"), "Sets a budget at run time; without an id it gets the one derived from what it counts.");
        group.MapPut("/budgets/{id}", (
                HttpContext context,
                [Description(BudgetText)] string id,
                [FromQuery, Description(PartitionText)] string? partition) => calls.SetByIdAsync(context, partition))
            .Takes<BudgetBody>().Produces<BudgetReply>().Asks()
            .Is(names.Of("set_budget_by_id"), "Sets a budget at run time, or replaces the one with its id. What it has counted stays.");
        group.MapDelete("/budgets/{id}", (
                HttpContext context,
                [Description(BudgetText)] string id,
                [FromQuery, Description(PartitionText)] string? partition) => calls.RemoveAsync(context, partition))
            .Produces(StatusCodes.Status204NoContent).Finds().Asks()
            .Is(names.Of("remove_budget"), "Removes a budget that was set at run time; a configured one with its id counts again.");
        group.MapPost("/budgets/{id}/reset", (
                HttpContext context,
                [Description(BudgetText)] string id,
                [FromQuery, Description(PartitionText)] string? partition) => calls.ResetAsync(context, partition))
            .Takes<ResetBody>().Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).Asks()
            .Is(names.Of("reset_budget"), "Sets what a budget has spent in its present period to zero, for one scope. Holds stay.");
        // The body may be missing, and with it the media type that the endpoint above asks for.
        group.MapPost("/budgets/{id}/reset", (HttpContext context, [FromQuery] string? partition) => calls.ResetAsync(context, partition)).ExcludeFromDescription();
        MediaTypes.RefuseOtherPuts(group, "/budgets", "/budgets/{id}");
    }
}
