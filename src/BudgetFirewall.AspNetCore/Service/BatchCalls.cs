using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that take several requests. All are checked before the first is made; then each is made on its own, in their order.</summary>
internal sealed class BatchCalls(BudgetServiceOptions options)
{
    public Task<IResult> CheckAsync(HttpContext context, string? key) => EachAsync(context, key, RequestPriority.Granted, async (firewall, request) =>
    {
        var decision = await firewall.TryCheckAsync(request, context.RequestAborted).ConfigureAwait(false);
        return new()
        {
            Status = decision.IsAllowed ? StatusCodes.Status200OK : DenialAnswer.StatusOf(decision),
            Decision = DecisionReply.Of(decision),
        };
    });

    public Task<IResult> ChargeAsync(HttpContext context, string? key) => ChargeEachAsync(context, key, static (_, _) => ValueTask.FromResult<string?>(null));

    /// <summary>Charges, where a ledger records it. Without one nothing is charged.</summary>
    public Task<IResult> RecordAsync(HttpContext context, string? key) => ChargeEachAsync(context, key, LedgerAccess.ForRecording(context, options).EntryIdOfAsync);

    private Task<IResult> ChargeEachAsync(HttpContext context, string? key, Func<BudgetRequest, ChargeReceipt, ValueTask<string?>> entryIdOfAsync) =>
        EachAsync(context, key, static (_, _, request) => request, async (firewall, request) =>
        {
            var receipt = await firewall.ChargeAsync(request, CancellationToken.None).ConfigureAwait(false);
            return new()
            {
                Status = receipt.IsQueued ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
                Receipt = ReceiptReply.Of(receipt, await entryIdOfAsync(request, receipt).ConfigureAwait(false)),
            };
        });

    private async Task<IResult> EachAsync(
        HttpContext context, string? key, Func<HttpContext, BudgetServiceOptions, BudgetRequest, BudgetRequest> grant, Func<IBudgetFirewall, BudgetRequest, ValueTask<BatchItemReply>> call)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.BatchBody, options.MaxBatchBodyBytes).ConfigureAwait(false);
        List<BudgetRequest> requests = [.. Requests(context, body, key).Select(request => grant(context, options, request))];
        var firewall = FirewallServiceLookup.Find(context.RequestServices, options.Firewall);
        CheckPrices(firewall, requests);
        var results = new List<BatchItemReply>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
            results.Add(await OneAsync(firewall, requests[i], i, call).ConfigureAwait(false));
        return new JsonReply<BatchReply>(new() { Results = results }, ServiceJson.Default.BatchReply);
    }

    private List<BudgetRequest> Requests(HttpContext context, BatchBody body, string? key)
    {
        var bodies = body.Requests ?? throw FieldException.Missing("requests");
        if (bodies.Count == 0 || bodies.Count > options.MaxBatchSize)
            throw new FieldException("requests", $"requests must hold 1 to {options.MaxBatchSize} requests, not {bodies.Count}.");
        return [.. bodies.Select((request, i) => request is null
            ? throw new FieldException(Path(i), $"{Path(i)} must not be null.")
            : ServiceCaller.Owned(context, options, request.ToRequest(Path(i), OperationKey.Of(key, request.OperationId, i))))];
    }

    private static void CheckPrices(IBudgetFirewall firewall, List<BudgetRequest> requests)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            try
            {
                firewall.Estimate(requests[i]);
            }
            catch (UnknownPriceException)
            {
                // The request needs a price only where a hard budget counts its money, which is found out when it is made.
            }
            catch (ArgumentException e)
            {
                throw new FieldException(FieldException.Join(Path(i), FieldException.WireName(e.ParamName)), PlainMessage.Of(e));
            }
        }
    }

    private static async ValueTask<BatchItemReply> OneAsync(
        IBudgetFirewall firewall, BudgetRequest request, int index, Func<IBudgetFirewall, BudgetRequest, ValueTask<BatchItemReply>> call)
    {
        try
        {
            return await call(firewall, request).ConfigureAwait(false);
        }
        catch (Exception e) when (ServiceFaults.ProblemOf(e) is { } problem)
        {
            return new()
            {
                Status = problem.Status!.Value,
                Error = new()
                {
                    Type = problem.Type!,
                    Detail = problem.Detail!,
                    Field = FieldOf(e, index),
                    OperationId = (e as BudgetFirewallException)?.OperationId,
                },
            };
        }
    }

    private static string? FieldOf(Exception exception, int index) => exception switch
    {
        UnknownPriceException unknown => FieldException.Join(Path(index), ServiceFaults.FieldOf(unknown)),
        ArgumentException => Path(index),
        _ => null,
    };

    private static string Path(int index) => $"requests[{index}]";
}
