using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls that change budgets and rate limits.</summary>
internal static class AdministrationMap
{
    private const string BudgetText = "The budget's id, percent-encoded.";
    private const string KeyText = "The caller's own id for this operation: a repetition gets the first answer and changes nothing.";

    public static void Map(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new AdministrationCalls(options);
        LimitMap.MapChanges(group.MapGroup("/budgets"), LimitKinds.Budgets(options), names);
        LimitMap.MapChanges(group.MapGroup("/rate-limits"), LimitKinds.RateLimits(options), names);
        QuotaMap.MapChanges(group.MapGroup("/quotas"), options, names);
        AllocationMap.MapChanges(group.MapGroup("/cost-tracking/allocations"), options, names);
        group.MapPost("/budgets/{id}/allowances", (
                HttpContext context,
                [Description(BudgetText)] string id,
                [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.AllowAsync(context, key, partition))
            .Takes<AllowanceBody>().Produces<AllowanceReply>().ProducesProblem(StatusCodes.Status404NotFound).Records()
            .Is(names.Of("allow_budget"), "Raises the limit of a budget for one scope in its present period, or takes that back as far as it is neither spent nor held.");
        MediaTypes.RefuseOthers(group, "/budgets/{id}/allowances");
        ErasureMap.Map(group.MapGroup("/cost-tracking/erasures"), options, names);
        SubscriptionMap.Map(group.MapGroup("/event-subscriptions"), options, names);
        AlertMap.MapChanges(group.MapGroup("/alerts"), options, names);
        WhatIfMap.Map(group, options, names);
        ApprovalMap.MapChanges(group.MapGroup("/approvals"), options, names);
        group.MapPost("/budgets/{id}/reset", (
                HttpContext context,
                [Description(BudgetText)] string id,
                [FromQuery, Description(PartitionQuery.Text)] string? partition) => calls.ResetAsync(context, partition))
            .Takes<ResetBody>().Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).Asks()
            .Is(names.Of("reset_budget"), "Sets what a budget has spent in its present period to zero, for one scope. Holds stay.");
        // The body may be missing, and with it the media type that the endpoint above asks for.
        group.MapPost("/budgets/{id}/reset", (HttpContext context, [FromQuery] string? partition) => calls.ResetAsync(context, partition)).ExcludeFromDescription();
    }
}
