using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>The calls on shared costs.</summary>
internal sealed class AllocationCalls(BudgetServiceOptions options)
{
    private const string NoAllocation = "There is no allocation with this id.";

    public async Task<IResult> AllocateAsync(HttpContext context, string? key, string? partition)
    {
        var (ledger, allocations) = Find(context);
        var checkedPartition = ledger.Checked(context, partition);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.AllocationBody, options.MaxBodyBytes).ConfigureAwait(false);
        var asked = body.ToAllocation(OperationKey.Of(key, given: null), checkedPartition, CurrencyOf(context), ServiceCaller.RecordedNameOf(context, options));
        await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        var made = await allocations.AllocateAsync(asked, CancellationToken.None).ConfigureAwait(false);
        var path = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        context.Response.Headers.Location = $"{path}/{Uri.EscapeDataString(asked.Id)}{(partition is null ? "" : $"?partition={Uri.EscapeDataString(partition)}")}";
        return new JsonReply<AllocationReply>(AllocationReply.Of(made), ServiceJson.Default.AllocationReply, StatusCodes.Status201Created);
    }

    public async Task<IResult> MakeAgainAsync(HttpContext context, string? partition)
    {
        var (ledger, allocations) = Find(context);
        var checkedPartition = ledger.Checked(context, partition);
        var reason = await ReasonAsync(context).ConfigureAwait(false);
        await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        return Reply(await allocations.AllocateAgainAsync(PathValue.FromEnd(context, "id", 1), checkedPartition, ServiceCaller.RecordedNameOf(context, options), reason, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> TakeBackAsync(HttpContext context, string? partition)
    {
        var (ledger, allocations) = Find(context);
        var checkedPartition = ledger.Checked(context, partition);
        var reason = await ReasonAsync(context).ConfigureAwait(false);
        return Reply(await allocations.TakeBackAllocationAsync(PathValue.FromEnd(context, "id", 1), checkedPartition, ServiceCaller.RecordedNameOf(context, options), reason, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<IResult> GetAsync(HttpContext context, string? partition)
    {
        var (ledger, allocations) = Find(context);
        return Reply(await allocations.FindAllocationAsync(PathValue.FromEnd(context, "id", 0), ledger.Checked(context, partition), context.RequestAborted).ConfigureAwait(false));
    }

    public async Task<IResult> ListAsync(HttpContext context, PageQuery page, string? partition)
    {
        var (ledger, allocations) = Find(context);
        var found = await allocations.ReadAllocationsAsync(ledger.Checked(context, partition), page.Limit, page.AfterId, context.RequestAborted).ConfigureAwait(false);
        return new JsonReply<AllocationListReply>(
            new() { Items = [.. found.Allocations.Select(AllocationReply.Of)], NextCursor = found.NextCursor is { } next ? PageQuery.CursorAfter(next) : null }, ServiceJson.Default.AllocationListReply);
    }

    private async Task<string?> ReasonAsync(HttpContext context) =>
        (await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.AllocationChangeBody, options.MaxBodyBytes, new()).ConfigureAwait(false)).Reason;

    private static IResult Reply(MadeAllocation? made) => made is null ? ProblemReply.NotFound(NoAllocation) : new JsonReply<AllocationReply>(AllocationReply.Of(made), ServiceJson.Default.AllocationReply);

    /// <exception cref="LedgerMissingException">The firewall has no ledger, or one of its own that allocates nothing.</exception>
    private (LedgerAccess Ledger, IAllocationLedger Allocations) Find(HttpContext context)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        return (ledger, ledger.Ledger as IAllocationLedger ?? throw new LedgerMissingException());
    }

    private string CurrencyOf(HttpContext context) => context.RequestServices.GetRequiredService<IOptionsMonitor<BudgetFirewallOptions>>().Get(options.Firewall ?? Options.DefaultName).Currency;
}
