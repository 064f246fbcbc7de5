using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that decide and charge.</summary>
internal sealed class DecidingCalls(BudgetServiceOptions options)
{
    public async Task<IResult> CheckAsync(HttpContext context, string? key)
    {
        var request = await RequestAsync(context, key).ConfigureAwait(false);
        return Reply(await Firewall(context).TryCheckAsync(request, context.RequestAborted).ConfigureAwait(false));
    }

    public async Task<IResult> SpendAsync(HttpContext context, string? key)
    {
        var request = await RequestAsync(context, key).ConfigureAwait(false);
        return Reply(await Firewall(context).TrySpendAsync(request, context.RequestAborted).ConfigureAwait(false));
    }

    public async Task<IResult> ReserveAsync(HttpContext context, string? key)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ReserveBody, options.MaxBodyBytes).ConfigureAwait(false);
        var request = body.ToRequest("", OperationKey.Of(key, body.OperationId));
        // Not disposed: the hold is the caller's from here on.
        var reservation = await Firewall(context).TryReserveAsync(request, context.RequestAborted).ConfigureAwait(false);
        return reservation.IsGranted
            ? new JsonReply<ReservationReply>(ReservationReply.Of(reservation), ServiceJson.Default.ReservationReply)
            : ProblemReply.Denied(reservation.Decision);
    }

    // What has been spent is recorded also when the caller does not wait for the answer: from here on no call is cancelled.
    public async Task<IResult> ChargeAsync(HttpContext context, string? key)
    {
        var request = await RequestAsync(context, key).ConfigureAwait(false);
        return Reply(await Firewall(context).ChargeAsync(request, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> CommitAsync(HttpContext context)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.CommitBody, options.MaxBodyBytes).ConfigureAwait(false);
        var firewall = Firewall(context);
        return Reply(body switch
        {
            { Cost: { } cost, Usage: null } => await firewall.CommitAsync(id, cost, CancellationToken.None).ConfigureAwait(false),
            { Cost: null, Usage: { } usage } => await firewall.CommitAsync(id, usage.ToUsage("usage"), CancellationToken.None).ConfigureAwait(false),
            _ => throw new FieldException("cost", "Either cost or usage is required, and not both."),
        });
    }

    public async Task<IResult> ReleaseAsync(HttpContext context)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.EmptyBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        await Firewall(context).ReleaseAsync(id, CancellationToken.None).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    public async Task<IResult> ExtendAsync(HttpContext context)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ExtendBody, options.MaxBodyBytes).ConfigureAwait(false);
        var lease = Leases.Of(body.LeaseSeconds ?? throw new FieldException("leaseSeconds", "leaseSeconds is required."), "leaseSeconds");
        var expiresAt = await Firewall(context).ExtendAsync(id, lease, CancellationToken.None).ConfigureAwait(false);
        return new JsonReply<ExtensionReply>(new() { ReservationId = id, ExpiresAt = expiresAt }, ServiceJson.Default.ExtensionReply);
    }

    private async ValueTask<BudgetRequest> RequestAsync(HttpContext context, string? key)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.RequestBody, options.MaxBodyBytes).ConfigureAwait(false);
        return body.ToRequest("", OperationKey.Of(key, body.OperationId));
    }

    private IBudgetFirewall Firewall(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall);

    private static IResult Reply(BudgetDecision decision) => decision.IsAllowed
        ? new JsonReply<DecisionReply>(DecisionReply.Of(decision), ServiceJson.Default.DecisionReply)
        : ProblemReply.Denied(decision);

    private static JsonReply<ReceiptReply> Reply(ChargeReceipt receipt) =>
        new(ReceiptReply.Of(receipt), ServiceJson.Default.ReceiptReply, receipt.IsQueued ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
}
