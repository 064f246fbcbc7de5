using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that decide and charge.</summary>
internal sealed class DecidingCalls(BudgetServiceOptions options, OpenReservations open)
{
    public async Task<IResult> CheckAsync(HttpContext context, string? key)
    {
        var request = Decided(context, await RequestAsync(context, key).ConfigureAwait(false));
        return Reply(await Firewall(context).TryCheckAsync(request, context.RequestAborted).ConfigureAwait(false));
    }

    public async Task<IResult> CheckRateLimitsAsync(HttpContext context, string? key)
    {
        var request = Decided(context, await RequestAsync(context, key).ConfigureAwait(false));
        return Reply(await Firewall(context).TryCheckRateLimitsAsync(request, context.RequestAborted).ConfigureAwait(false));
    }

    public async Task<IResult> SpendAsync(HttpContext context, string? key)
    {
        var request = Decided(context, await RequestAsync(context, key).ConfigureAwait(false));
        return Reply(await Firewall(context).TrySpendAsync(request, context.RequestAborted).ConfigureAwait(false));
    }

    public async Task<IResult> ReserveAsync(HttpContext context, string? key)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ReserveBody, options.MaxBodyBytes).ConfigureAwait(false);
        var request = Decided(context, body.ToRequest("", OperationKey.Of(key, body.OperationId)));
        if (ServiceCaller.IsAnonymous(context))
            request = request with { Lease = request.Lease is { } lease ? CheckedAnonymous(lease) : options.MaxAnonymousLease };
        using var place = open.Take(ServiceCaller.NameOf(context, options), request.OperationId);
        // Not disposed: the hold is the caller's from here on.
        var reservation = await Firewall(context).TryReserveAsync(request, context.RequestAborted).ConfigureAwait(false);
        if (reservation.IsGranted)
            place.Fill(reservation);
        return reservation.IsGranted
            ? new JsonReply<ReservationReply>(ReservationReply.Of(reservation), ServiceJson.Default.ReservationReply)
            : ProblemReply.Denied(reservation.Decision);
    }

    // Money that is spent is recorded even when the caller stops waiting for the answer: from here on no call is cancelled.
    public async Task<IResult> ChargeAsync(HttpContext context, string? key)
    {
        // A charge ignores the priority, so that it needs no right either: what was spent is recorded.
        var request = ServiceCaller.Owned(context, options, await RequestAsync(context, key).ConfigureAwait(false));
        return Reply(await Firewall(context).ChargeAsync(request, CancellationToken.None).ConfigureAwait(false));
    }

    /// <summary>Charges, where a ledger records it. Without one nothing is charged.</summary>
    public async Task<IResult> RecordAsync(HttpContext context, string? key)
    {
        var ledger = LedgerAccess.ForRecording(context, options);
        var request = ServiceCaller.Owned(context, options, await RequestAsync(context, key).ConfigureAwait(false));
        var receipt = await Firewall(context).ChargeAsync(request, CancellationToken.None).ConfigureAwait(false);
        return Reply(receipt, await ledger.EntryIdOfAsync(request, receipt).ConfigureAwait(false));
    }

    /// <summary>Gives back what was charged by an operation of the caller's, where a ledger has it.</summary>
    public async Task<IResult> RefundAsync(HttpContext context, string? key, string? partition)
    {
        var checkedPartition = LedgerAccess.ForRecording(context, options).Checked(context, partition);
        var operationId = PathValue.FromEnd(context, "operationId", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.RefundBody, options.MaxBodyBytes).ConfigureAwait(false);
        var correction = body.ToCorrection(operationId, ServiceCaller.ScopeOf(context, options), checkedPartition, OperationKey.Of(key, body.CorrectionId, "correctionId"), ServiceCaller.RecordedNameOf(context, options));
        var receipt = body.Cost is { } cost
            ? await Firewall(context).CorrectAsync(correction, cost, CancellationToken.None).ConfigureAwait(false)
            : await Firewall(context).RefundAsync(correction, body.Amount, CancellationToken.None).ConfigureAwait(false);
        return new JsonReply<RefundReply>(RefundReply.Of(receipt), ServiceJson.Default.RefundReply);
    }

    public async Task<IResult> CommitAsync(HttpContext context)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.CommitBody, options.MaxBodyBytes).ConfigureAwait(false);
        var usage = body switch
        {
            { Cost: not null, Usage: null } => null,
            { Cost: null, Usage: { } given } => given.ToUsage("usage"),
            _ => throw new FieldException("cost", "Either cost or usage is required, and not both."),
        };
        var firewall = Firewall(context);
        return Reply(await SettleAsync(context, id, async () => usage is null
            ? await firewall.CommitAsync(id, body.Cost!.Value, CancellationToken.None).ConfigureAwait(false)
            : await firewall.CommitAsync(id, usage, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false));
    }

    public async Task<IResult> ReleaseAsync(HttpContext context)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.EmptyBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        var firewall = Firewall(context);
        // Another caller's reservation is treated as one that does not exist: nothing is released, and the answer is the same.
        if (ServiceCaller.Owns(context, options, id))
        {
            await SettleAsync(context, id, async () =>
            {
                await firewall.ReleaseAsync(id, CancellationToken.None).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        return TypedResults.NoContent();
    }

    public async Task<IResult> ExtendAsync(HttpContext context)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ExtendBody, options.MaxBodyBytes).ConfigureAwait(false);
        var lease = Leases.Of(body.LeaseSeconds ?? throw FieldException.Missing("leaseSeconds"), "leaseSeconds");
        if (ServiceCaller.IsAnonymous(context))
            CheckedAnonymous(lease);
        CheckOwned(context, id);
        var expiresAt = await Firewall(context).ExtendAsync(id, lease, CancellationToken.None).ConfigureAwait(false);
        open.Extend(id, expiresAt);
        return new JsonReply<ExtensionReply>(new() { ReservationId = id, ExpiresAt = expiresAt }, ServiceJson.Default.ExtensionReply);
    }

    /// <summary>Ends a reservation of the caller's. It then no longer counts as open, unless the store did not confirm its end.</summary>
    private async ValueTask<T> SettleAsync<T>(HttpContext context, string id, Func<ValueTask<T>> settle)
    {
        CheckOwned(context, id);
        try
        {
            var settled = await settle().ConfigureAwait(false);
            open.End(id);
            return settled;
        }
        catch (Exception e) when (e is OperationConflictException or ReservationNotFoundException)
        {
            open.End(id);
            throw;
        }
    }

    private void CheckOwned(HttpContext context, string id)
    {
        if (!ServiceCaller.Owns(context, options, id))
            throw new ReservationNotFoundException(id, $"The reservation '{id}' is unknown or its record is past its time; nothing was changed.");
    }

    private TimeSpan CheckedAnonymous(TimeSpan lease) => lease <= options.MaxAnonymousLease
        ? lease
        : throw new FieldException("leaseSeconds", $"leaseSeconds must be at most {Amounts.Text(Amounts.Seconds(options.MaxAnonymousLease))} for a caller who is not authenticated.");

    private BudgetRequest Decided(HttpContext context, BudgetRequest request) => RequestPriority.Granted(context, options, ServiceCaller.Owned(context, options, request));

    private async ValueTask<BudgetRequest> RequestAsync(HttpContext context, string? key)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.RequestBody, options.MaxBodyBytes).ConfigureAwait(false);
        return body.ToRequest("", OperationKey.Of(key, body.OperationId));
    }

    private IBudgetFirewall Firewall(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall);

    private static IResult Reply(BudgetDecision decision) => decision.IsAllowed
        ? new JsonReply<DecisionReply>(DecisionReply.Of(decision), ServiceJson.Default.DecisionReply)
        : ProblemReply.Denied(decision);

    private static JsonReply<ReceiptReply> Reply(ChargeReceipt receipt, string? entryId = null) =>
        new(ReceiptReply.Of(receipt, entryId), ServiceJson.Default.ReceiptReply, receipt.IsQueued ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
}
