using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that list approvals and end them.</summary>
internal sealed class ApprovalCalls(BudgetServiceOptions options)
{
    private const string All = "all";

    public async Task<IResult> ListAsync(HttpContext context, PageQuery page, string? state, string? budgetId, string? partition)
    {
        var approvals = await Approvals(context).ListAsync(page.Limit, page.AfterId, StateOf(state), budgetId, partition, context.RequestAborted).ConfigureAwait(false);
        var cursor = approvals.NextCursor is { } next ? PageQuery.CursorAfter(next) : null;
        return new JsonReply<ApprovalListReply>(new() { Items = [.. approvals.Items.Select(ApprovalReply.Of)], NextCursor = cursor }, ServiceJson.Default.ApprovalListReply);
    }

    public async Task<IResult> GetAsync(HttpContext context, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 0);
        return await Approvals(context).FindAsync(id, partition, context.RequestAborted).ConfigureAwait(false) is { } found
            ? Reply(found)
            : ProblemReply.NotFound("There is no approval with this id.");
    }

    // Whoever stops waiting for the answer has decided all the same: from here on no call is cancelled.
    public async Task<IResult> ApproveAsync(HttpContext context, string? key, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.ApproveBody, options.MaxBodyBytes).ConfigureAwait(false);
        var amount = body.Amount ?? throw FieldException.Missing("amount");
        return Reply(await Approvals(context).ApproveAsync(id, amount, Signature(context, key, body.Note), partition, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> DenyAsync(HttpContext context, string? key, string? partition)
    {
        var (id, signature) = await EndAsync(context, key).ConfigureAwait(false);
        return Reply(await Approvals(context).DenyAsync(id, signature, partition, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> CancelAsync(HttpContext context, string? key, string? partition)
    {
        var (id, signature) = await EndAsync(context, key).ConfigureAwait(false);
        return Reply(await Approvals(context).CancelAsync(id, signature, partition, CancellationToken.None).ConfigureAwait(false));
    }

    private async ValueTask<(string Id, ApprovalSignature Signature)> EndAsync(HttpContext context, string? key)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.ApprovalNoteBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        return (id, Signature(context, key, body.Note));
    }

    private ApprovalSignature Signature(HttpContext context, string? key, string? note) => FieldException.Naming("", () => new ApprovalSignature
    {
        By = ServiceCaller.RecordedNameOf(context, options),
        Note = note,
        OperationId = OperationKey.Of(key, given: null),
        OperationScope = ServiceCaller.ScopeOf(context, options),
    });

    private static ApprovalState? StateOf(string? state)
    {
        if (state is null or All)
            return null;
        return WireNames.Parse<ApprovalState>(state) ?? throw new FieldException("state", $"state must be {All}, {WireNames.Choices<ApprovalState>()}.");
    }

    private static JsonReply<ApprovalReply> Reply(Approval approval) => new(ApprovalReply.Of(approval), ServiceJson.Default.ApprovalReply);

    private IApprovals Approvals(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall).Approvals;
}
