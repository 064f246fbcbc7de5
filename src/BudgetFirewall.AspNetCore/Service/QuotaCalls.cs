using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls on pools.</summary>
internal sealed class QuotaCalls(BudgetServiceOptions options)
{
    private const string NoPool = "There is no pool with this id.";

    public async Task<IResult> AllocateAsync(HttpContext context, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.QuotaBody, options.MaxBodyBytes).ConfigureAwait(false);
        var pool = body.ToPool(pathId: null);
        if (await Quotas(context).AllocateAsync(pool, partition, CancellationToken.None).ConfigureAwait(false) is not { } state)
            return ProblemReply.Exists("pool", $"There is another pool '{pool.Id}'. PUT replaces it.");
        var path = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        context.Response.Headers.Location = $"{path[..path.LastIndexOf('/')]}/{Uri.EscapeDataString(pool.Id)}{(partition is null ? "" : $"?partition={Uri.EscapeDataString(partition)}")}";
        return new JsonReply<QuotaReply>(QuotaReply.Of(state), ServiceJson.Default.QuotaReply, StatusCodes.Status201Created);
    }

    public async Task<IResult> AllocateManyAsync(HttpContext context, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.QuotaBatchBody, options.MaxBodyBytes).ConfigureAwait(false);
        QuotaPool[] pools = [.. (body.Pools ?? throw FieldException.Missing("pools")).Select((pool, i) => (pool ?? throw FieldException.Missing($"pools[{i}]")).ToPool(pathId: null, $"pools[{i}]"))];
        var states = await Quotas(context).AllocateManyAsync(pools, partition, CancellationToken.None).ConfigureAwait(false);
        return new JsonReply<QuotaBatchReply>(
            new() { Pools = [.. states.Select((state, i) => new QuotaBatchItemReply { Id = pools[i].Id, Pool = state is null ? null : QuotaReply.Of(state) })] }, ServiceJson.Default.QuotaBatchReply);
    }

    public async Task<IResult> SetAsync(HttpContext context, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.QuotaBody, options.MaxBodyBytes).ConfigureAwait(false);
        var pool = body.ToPool(PathValue.FromEnd(context, "id", 0));
        var quotas = Quotas(context);
        // Another caller may make or delete it meanwhile.
        return Reply(await quotas.UpdateAsync(pool, partition, CancellationToken.None).ConfigureAwait(false)
            ?? await quotas.AllocateAsync(pool, partition, CancellationToken.None).ConfigureAwait(false)
            ?? await quotas.UpdateAsync(pool, partition, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string? partition) =>
        await Quotas(context).DeleteAsync(PathValue.FromEnd(context, "id", 0), partition, CancellationToken.None).ConfigureAwait(false) ? TypedResults.NoContent() : ProblemReply.NotFound(NoPool);

    public async Task<IResult> ReallocateAsync(HttpContext context, string? partition)
    {
        var body = await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.ReallocateBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        BudgetScope[]? inNeed = body.Members is { Count: > 0 } members ? [.. members.Select((member, i) => ScopeText.Parse(member, $"members[{i}]"))] : null;
        return Reply(await Quotas(context).ReallocateAsync(PathValue.FromEnd(context, "id", 1), inNeed, partition, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> GetAsync(HttpContext context, string? partition) =>
        Reply(await Quotas(context).GetAsync(PathValue.FromEnd(context, "id", 0), partition, context.RequestAborted).ConfigureAwait(false));

    public async Task<IResult> ListAsync(HttpContext context, PageQuery page, string? partition)
    {
        var states = await Quotas(context).ListAsync(page.Limit, page.AfterId, partition, context.RequestAborted).ConfigureAwait(false);
        // A full page may be the last one; the next is empty then.
        var cursor = states.Count == page.Limit ? PageQuery.CursorAfter(states[^1].Pool.Id) : null;
        return new JsonReply<QuotaListReply>(new() { Items = [.. states.Select(QuotaReply.Of)], NextCursor = cursor }, ServiceJson.Default.QuotaListReply);
    }

    public async Task<IResult> HistoryAsync(HttpContext context, PageQuery page, string? partition)
    {
        DateTimeOffset? before = page.AfterId is null ? null
            : DateTimeOffset.TryParseExact(page.AfterId, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start) ? start
            : throw new FieldException("cursor", "cursor is not the nextCursor of a page.");
        if (await Quotas(context).GetHistoryAsync(PathValue.FromEnd(context, "id", 1), page.Limit, before, partition, context.RequestAborted).ConfigureAwait(false) is not { } periods)
            return ProblemReply.NotFound(NoPool);
        var cursor = periods.Count == page.Limit ? PageQuery.CursorAfter(new DateTimeOffset(periods[^1].Period.Start).ToString("O", CultureInfo.InvariantCulture)) : null;
        return new JsonReply<QuotaHistoryReply>(new() { Items = [.. periods.Select(QuotaPeriodReply.Of)], NextCursor = cursor }, ServiceJson.Default.QuotaHistoryReply);
    }

    private static IResult Reply(QuotaState? state) => state is null ? ProblemReply.NotFound(NoPool) : new JsonReply<QuotaReply>(QuotaReply.Of(state), ServiceJson.Default.QuotaReply);

    private IQuotas Quotas(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall).Quotas.ChangedBy(ServiceCaller.RecordedNameOf(context, options));
}
