using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The guard of one endpoint: its options, complete and fixed.</summary>
internal sealed class BudgetGuard
{
    private CallGuard? _calls;

    public BudgetGuard(BudgetEndpointOptions options, string guarded)
    {
        Provider = options.Provider ?? throw new InvalidOperationException(
            $"{guarded} is guarded and names no provider: give one to RequireBudget, or set Defaults.Provider in UseBudgetFirewall.");
        Options = options;
    }

    public BudgetEndpointOptions Options { get; }

    private string Provider { get; }

    /// <summary>Reserves for a request.</summary>
    /// <exception cref="UnacceptableRequestException">The request is larger than the options of the firewall allow, or costs too much.</exception>
    /// <exception cref="UnpricedEndpointException">The price of the endpoint's model needs usage, and the endpoint gives neither that nor a cost.</exception>
    public async ValueTask<GuardedCall> TryBeginAsync(HttpContext context, BudgetRequest request)
    {
        var calls = Calls(context.RequestServices);
        try
        {
            return await calls.TryBeginAsync(request, context.RequestAborted).ConfigureAwait(false);
        }
        catch (ArgumentException e) when (ReserveFaults.IsOfRequest(e))
        {
            throw new UnacceptableRequestException(PlainMessage.Of(e), e);
        }
        catch (ArgumentException e) when (ReserveFaults.IsOfMissingUsage(e))
        {
            throw new UnpricedEndpointException(e);
        }
    }

    /// <summary>The request to reserve for.</summary>
    /// <exception cref="UnacceptableRequestException">An id or amount is not one that a request may have.</exception>
    public async ValueTask<BudgetRequest> RequestOfAsync(HttpContext context)
    {
        var cost = Options.EstimateCost is { } estimateCost ? await estimateCost(context).ConfigureAwait(false) : null;
        var usage = Options.EstimateUsage is { } estimateUsage ? await estimateUsage(context).ConfigureAwait(false) : null;
        var operation = Options.OperationAsync is { } operationOf ? await operationOf(context).ConfigureAwait(false) : Options.Operation?.Invoke(context);
        var user = Options.UserIdAsync is { } userOf ? await userOf(context).ConfigureAwait(false) : Options.UserId(context);
        var project = Options.ProjectIdAsync is { } projectOf ? await projectOf(context).ConfigureAwait(false) : Options.ProjectId?.Invoke(context);
        var model = Options.ModelAsync is { } modelOf ? await modelOf(context).ConfigureAwait(false) : Options.Model?.Invoke(context);
        var dimensions = Options.DimensionsAsync is { } dimensionsOf ? await dimensionsOf(context).ConfigureAwait(false) : Options.Dimensions?.Invoke(context);
        try
        {
            return new()
            {
                Provider = Provider,
                Operation = operation ?? "request",
                UserId = user,
                ProjectId = project,
                Model = model,
                Dimensions = dimensions,
                Usage = usage,
                Cost = cost ?? Options.Cost,
                Permits = Options.Permits,
            };
        }
        catch (ArgumentException e)
        {
            throw new UnacceptableRequestException(PlainMessage.Of(e), e);
        }
    }

    private CallGuard Calls(IServiceProvider services) => _calls ??= new(
        FirewallServiceLookup.Find(services, Options.Firewall),
        new CallGuardOptions { Lease = Options.Lease, MaxHold = Options.MaxHold }.CompletedFrom(services));
}
