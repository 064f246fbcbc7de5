using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that list, find and change the limits of one kind.</summary>
internal abstract class LimitCalls
{
    /// <summary>The kind in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>The kind in the names of endpoints.</summary>
    public string Name => Text.Replace(' ', '_');

    public abstract Task<IResult> AddAsync(HttpContext context, string? partition);

    public abstract Task<IResult> SetAsync(HttpContext context, string? partition);

    public abstract Task<IResult> SetByIdAsync(HttpContext context, string? partition);

    public abstract Task<IResult> RemoveAsync(HttpContext context, string? partition);

    public abstract Task<IResult> ListAsync(HttpContext context, PageQuery page, string? partition);

    public abstract Task<IResult> GetAsync(HttpContext context, string? partition);

    /// <summary>Describes an endpoint that takes a limit.</summary>
    public abstract RouteHandlerBuilder Takes(RouteHandlerBuilder endpoint);

    /// <summary>Describes an endpoint that answers a limit.</summary>
    public abstract RouteHandlerBuilder Produces(RouteHandlerBuilder endpoint, int status);

    /// <summary>Describes an endpoint that answers a page of limits.</summary>
    public abstract RouteHandlerBuilder ProducesList(RouteHandlerBuilder endpoint);
}
