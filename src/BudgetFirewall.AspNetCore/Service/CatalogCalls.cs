using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls of one kind of limits, by what is particular to the kind.</summary>
internal sealed class CatalogCalls<TLimit, TBody, TReply, TList>(BudgetServiceOptions options) : LimitCalls
    where TLimit : class
    where TBody : class
{
    private const string NotSet = "No {0} with this id was set at run time. A configured one is switched off by setting it with isActive false.";

    public required JsonTypeInfo<TBody> Body { get; init; }

    public required JsonTypeInfo<TReply> Reply { get; init; }

    public required JsonTypeInfo<TList> List { get; init; }

    /// <summary>Makes the limit of a body; the id of the path, where there is one, is its id.</summary>
    public required Func<TBody, string?, TLimit> ToLimit { get; init; }

    public required Func<TLimit, TReply> ToReply { get; init; }

    public required Func<IReadOnlyList<TReply>, string?, TList> ToList { get; init; }

    public required Func<TLimit, string> IdOf { get; init; }

    /// <summary>Adds a limit in a partition, by whoever is named last.</summary>
    public required Func<IBudgetFirewall, TLimit, string?, string?, ValueTask<bool>> AddLimitAsync { get; init; }

    public required Func<IBudgetFirewall, TLimit, string?, string?, ValueTask> SetLimitAsync { get; init; }

    public required Func<IBudgetFirewall, string, string?, string?, ValueTask<bool>> RemoveLimitAsync { get; init; }

    public required Func<IBudgetFirewall, int, string?, string?, CancellationToken, ValueTask<IReadOnlyList<TLimit>>> ListLimitsAsync { get; init; }

    public required Func<IBudgetFirewall, string, string?, CancellationToken, ValueTask<TLimit?>> FindLimitAsync { get; init; }

    public override async Task<IResult> AddAsync(HttpContext context, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, Body, options.MaxBodyBytes).ConfigureAwait(false);
        var limit = ToLimit(body, null);
        if (!await AddLimitAsync(Firewall(context), limit, partition, CallerOf(context)).ConfigureAwait(false) && !await IsRepeatedAsync(context, limit, partition).ConfigureAwait(false))
            return ProblemReply.Exists(Text, $"There is a {Text} '{IdOf(limit)}'. PUT replaces it.");
        context.Response.Headers.Location = LocationOf(context, IdOf(limit), partition);
        return new JsonReply<TReply>(ToReply(limit), Reply, StatusCodes.Status201Created);
    }

    public override Task<IResult> SetAsync(HttpContext context, string? partition) => SetAsync(context, pathId: null, partition);

    public override Task<IResult> SetByIdAsync(HttpContext context, string? partition) => SetAsync(context, PathValue.FromEnd(context, "id", 0), partition);

    public override async Task<IResult> RemoveAsync(HttpContext context, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 0);
        return await RemoveLimitAsync(Firewall(context), id, partition, CallerOf(context)).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : ProblemReply.NotFound(NotSet.Replace("{0}", Text, StringComparison.Ordinal));
    }

    public override async Task<IResult> ListAsync(HttpContext context, PageQuery page, string? partition)
    {
        // One more than asked for tells whether there is another page.
        var limits = await ListLimitsAsync(Firewall(context), page.Limit + 1, page.AfterId, partition, context.RequestAborted).ConfigureAwait(false);
        var cursor = limits.Count > page.Limit ? PageQuery.CursorAfter(IdOf(limits[page.Limit - 1])) : null;
        return new JsonReply<TList>(ToList([.. limits.Take(page.Limit).Select(ToReply)], cursor), List);
    }

    public override async Task<IResult> GetAsync(HttpContext context, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 0);
        return await FindLimitAsync(Firewall(context), id, partition, context.RequestAborted).ConfigureAwait(false) is { } found
            ? new JsonReply<TReply>(ToReply(found), Reply)
            : ProblemReply.NotFound($"There is no {Text} with this id.");
    }

    public override RouteHandlerBuilder Takes(RouteHandlerBuilder endpoint) => endpoint.Takes<TBody>();

    public override RouteHandlerBuilder Produces(RouteHandlerBuilder endpoint, int status) => endpoint.Produces<TReply>(status);

    public override RouteHandlerBuilder ProducesList(RouteHandlerBuilder endpoint) => endpoint.Produces<TList>();

    private async Task<IResult> SetAsync(HttpContext context, string? pathId, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, Body, options.MaxBodyBytes).ConfigureAwait(false);
        var limit = ToLimit(body, pathId);
        await SetLimitAsync(Firewall(context), limit, partition, CallerOf(context)).ConfigureAwait(false);
        return new JsonReply<TReply>(ToReply(limit), Reply);
    }

    // A creation says all that there is to say of the limit, so that one with a key is repeated where the limit is what it asks for.
    private async ValueTask<bool> IsRepeatedAsync(HttpContext context, TLimit limit, string? partition) =>
        context.Request.Headers.ContainsKey(OperationKey.Header)
        && limit.Equals(await FindLimitAsync(Firewall(context), IdOf(limit), partition, context.RequestAborted).ConfigureAwait(false));

    private static string LocationOf(HttpContext context, string id, string? partition)
    {
        var list = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        return $"{list}/{Uri.EscapeDataString(id)}{(partition is null ? "" : $"?partition={Uri.EscapeDataString(partition)}")}";
    }

    private string? CallerOf(HttpContext context) => ServiceCaller.RecordedNameOf(context, options);

    private IBudgetFirewall Firewall(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall);
}
