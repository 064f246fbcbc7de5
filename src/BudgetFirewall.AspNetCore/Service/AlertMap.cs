using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>Maps the calls on alerts.</summary>
internal static class AlertMap
{
    private const string IdText = "The alert's id.";
    private const string KeyText = "The caller's own id for this call. A repetition changes nothing, with a key or without one.";

    /// <summary>Maps the calls that list and find alerts.</summary>
    public static void MapReading(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new AlertCalls(options);
        group.MapGet("", (
                HttpContext context,
                [FromQuery, Description("The state of those that are listed: open, acknowledged or resolved; absent or all: every state.")] string? state,
                [FromQuery, Description(PageQuery.LimitText)] string? limit,
                [FromQuery, Description(PageQuery.CursorText)] string? cursor) => calls.ListAsync(context, PageQuery.Of(limit, cursor), state))
            .Produces<AlertListReply>().ProducesProblem(StatusCodes.Status400BadRequest).Asks().ProducesProblem(StatusCodes.Status501NotImplemented)
            .Is(names.Of("alerts"), "What somebody should look at, page by page, the latest first.");
        group.MapGet("/{id}", (HttpContext context, [Description(IdText)] string id) => calls.GetAsync(context))
            .Produces<AlertReply>().Finds().Asks().ProducesProblem(StatusCodes.Status501NotImplemented)
            .Is(names.Of("alert"), "One alert.");
    }

    /// <summary>Maps the calls that change alerts.</summary>
    public static void MapChanges(RouteGroupBuilder group, BudgetServiceOptions options, EndpointNames names)
    {
        var calls = new AlertCalls(options);
        Map(group, "acknowledge", calls.AcknowledgeAsync, names, "Takes note that somebody looks at an alert.");
        Map(group, "resolve", calls.ResolveAsync, names, "Resolves an alert by hand, which those need whose cause does not end by itself.");
    }

    private static void Map(RouteGroupBuilder group, string what, Func<HttpContext, string?, Task<IResult>> call, EndpointNames names, string summary)
    {
        var path = "/{id}/" + what;
        group.MapPost(path, (
                HttpContext context,
                [Description(IdText)] string id,
                [FromHeader(Name = OperationKey.Header), Description(KeyText)] string? key) => call(context, key))
            .Takes<AlertNoteBody>().Produces<AlertReply>().ProducesProblem(StatusCodes.Status404NotFound).Asks().ProducesProblem(StatusCodes.Status501NotImplemented)
            .Is(names.Of(what + "_alert"), summary);
        // The body may be missing, and with it the media type that the endpoint above asks for.
        group.MapPost(path, (HttpContext context, [FromHeader(Name = OperationKey.Header)] string? key) => call(context, key)).ExcludeFromDescription();
    }
}
