using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The guard of one endpoint: its options, complete and fixed.</summary>
internal sealed class BudgetGuard
{
    private static readonly TimeSpan RetryAfterOutage = TimeSpan.FromSeconds(1);

    private readonly GuardSwitches _switches;
    private CallGuard? _calls;

    public BudgetGuard(BudgetEndpointOptions options, GuardSwitches switches, string guarded)
    {
        _switches = switches;
        Provider = options.Provider ?? throw new InvalidOperationException(
            $"{guarded} is guarded and names no provider: give one to RequireBudget, or set Defaults.Provider in UseBudgetFirewall.");
        Options = options;
    }

    public BudgetEndpointOptions Options { get; }

    private string Provider { get; }

    /// <summary>True unless the guard is switched off, and looks at nothing.</summary>
    public bool IsEnabled => _switches.IsEnabled;

    /// <summary>A request that nothing looks at, since the guard is switched off.</summary>
    public GuardedRequest Unguarded() => new(new() { Provider = Provider }, new(), MayRun: true, Call: null);

    /// <summary>Reserves for a request, or checks it where nothing is charged.</summary>
    /// <exception cref="UnacceptableRequestException">The request is larger than the options of the firewall allow, or costs too much.</exception>
    /// <exception cref="UnpricedEndpointException">The price of the endpoint's model needs usage, and the endpoint gives neither that nor a cost.</exception>
    public async ValueTask<GuardedRequest> BeginAsync(HttpContext context, BudgetRequest request)
    {
        try
        {
            return _switches.ChargeRequests
                ? await HoldAsync(Calls(context.RequestServices), request, context.RequestAborted).ConfigureAwait(false)
                : await CheckAsync(FirewallServiceLookup.Find(context.RequestServices, Options.Firewall), request, context.RequestAborted).ConfigureAwait(false);
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
                Priority = Options.Priority?.Invoke(context),
            };
        }
        catch (ArgumentException e)
        {
            throw new UnacceptableRequestException(PlainMessage.Of(e), e);
        }
    }

    private async ValueTask<GuardedRequest> HoldAsync(CallGuard calls, BudgetRequest request, CancellationToken cancellationToken)
    {
        var call = await calls.TryBeginAsync(request, cancellationToken).ConfigureAwait(false);
        if (!_switches.MayRun(call.Decision))
        {
            await call.ReleaseAsync().ConfigureAwait(false);
            return new(request, Refused(call.Decision), MayRun: false, Call: null);
        }
        return new(call.Request, call.Decision, MayRun: true, call.IsGranted ? call : calls.BeginUnheld(request, call.Decision));
    }

    private async ValueTask<GuardedRequest> CheckAsync(IBudgetFirewall firewall, BudgetRequest request, CancellationToken cancellationToken)
    {
        var decision = await firewall.TryCheckAsync(request, cancellationToken).ConfigureAwait(false);
        return _switches.MayRun(decision) ? new(request, decision, MayRun: true, Call: null) : new(request, Refused(decision), MayRun: false, Call: null);
    }

    // A firewall that lets requests through without its store has allowed the request that this guard refuses.
    private static BudgetDecision Refused(BudgetDecision decision) => !decision.IsAllowed
        ? decision
        : new() { Outcome = DecisionOutcome.StoreUnavailable, Cost = decision.Cost, RetryAfter = RetryAfterOutage, OperationId = decision.OperationId };

    private CallGuard Calls(IServiceProvider services) => _calls ??= new(
        FirewallServiceLookup.Find(services, Options.Firewall),
        new CallGuardOptions { Lease = Options.Lease, MaxHold = Options.MaxHold }.CompletedFrom(services));
}
