using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that change nothing.</summary>
internal sealed class ReadingCalls(BudgetServiceOptions options)
{
    public async Task<IResult> StatusAsync(HttpContext context, string? partition)
    {
        var scope = FieldException.Naming("", () => new BudgetScope(PathValue.FromEnd(context, "kind", 1), PathValue.FromEnd(context, "id", 0)));
        var status = await Firewall(context).GetStatusAsync(scope, partition, context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<StatusReply>(StatusReply.Of(status), ServiceJson.Default.StatusReply);
    }

    public async Task<IResult> RequestStatusAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.RequestBody, options.MaxBodyBytes).ConfigureAwait(false);
        var status = await Firewall(context).GetStatusAsync(body.ToRequest("", operationId: null), context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<RequestStatusReply>(RequestStatusReply.Of(status), ServiceJson.Default.RequestStatusReply);
    }

    public async Task<IResult> ExplainAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.RequestBody, options.MaxBodyBytes).ConfigureAwait(false);
        var request = RequestPriority.Granted(context, options, body.ToRequest("", operationId: null));
        var explanation = await Firewall(context).ExplainAsync(request, context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<ExplanationReply>(ExplanationReply.Of(explanation), ServiceJson.Default.ExplanationReply);
    }

    public async Task<IResult> EstimateAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.RequestBody, options.MaxBodyBytes).ConfigureAwait(false);
        var cost = Firewall(context).Estimate(body.ToRequest("", operationId: null));
        return new JsonReply<EstimateReply>(EstimateReply.Of(cost), ServiceJson.Default.EstimateReply);
    }

    public async Task<IResult> HealthAsync(HttpContext context)
    {
        await StoreProbe.RunAsync(Firewall(context), partition: null, context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<HealthReply>(new() { Status = "healthy" }, ServiceJson.Default.HealthReply);
    }

    private IBudgetFirewall Firewall(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall);
}
