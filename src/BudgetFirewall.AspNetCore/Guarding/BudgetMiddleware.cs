using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Reserves before a guarded endpoint and settles after it.</summary>
internal sealed class BudgetMiddleware
{
    private readonly RequestDelegate _next;
    private readonly GuardedEndpoints _guarded;
    private readonly ILogger _logger;
    private readonly Preflight _preflights = new();

    public BudgetMiddleware(RequestDelegate next, GuardedEndpoints guarded, ILogger logger) => (_next, _guarded, _logger) = (next, guarded, logger);

    public Task InvokeAsync(HttpContext context) =>
        _guarded.Of(context) is not { } guarded || context.Features.Get<IBudgetContext>() is not null ? _next(context) : GuardAsync(context, guarded);

    private async Task GuardAsync(HttpContext context, GuardedEndpoint guarded)
    {
        var guard = guarded.Guard!;
        context.Features.Set(GuardedMarker.Instance);
        if (await BeginAsync(context, guard).ConfigureAwait(false) is not { } call)
            return;
        var budget = new BudgetContext(call, guarded.Watched.Start, guarded.IsAskedFor);
        var isPreflight = Preflight.Is(context);
        Exception? failure = null;
        try
        {
            AnswerHeaders.Write(context.Response, call.Decision, guard.Options);
            context.Features.Set<IBudgetContext>(budget);
            if (guarded.Watched.Replacement is { } watched)
                context.SetEndpoint(watched);
            if (isPreflight)
                context.SetEndpoint(_preflights.Watched(context.GetEndpoint()!));
            await _next(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            context.Features.Set<IBudgetContext>(null);
            await budget.SettleAsync(RuleFor(context, budget, guard, isPreflight, failure)).ConfigureAwait(false);
        }
    }

    /// <summary>The call that is held for the request; null when the request has been answered, or its client is gone.</summary>
    private async ValueTask<GuardedCall?> BeginAsync(HttpContext context, BudgetGuard guard)
    {
        try
        {
            var request = await guard.RequestOfAsync(context).ConfigureAwait(false);
            if (request.UserId is null && guard.Options.RequireUser)
            {
                await Refusals.NobodyAsync(context).ConfigureAwait(false);
                return null;
            }
            var call = await guard.TryBeginAsync(context, request).ConfigureAwait(false);
            if (call.IsGranted)
                return call;
            await Refusals.DeniedAsync(context, call.Decision, guard.Options).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnpricedEndpointException or UnknownPriceException { Model: null })
        {
            GuardLog.Unpriced(_logger, context.GetEndpoint()?.DisplayName, e);
            await Refusals.UnpricedAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnacceptableRequestException or UnknownPriceException or BudgetOverflowException or ArgumentOutOfRangeException { ParamName: nameof(BudgetRequest.Cost) })
        {
            GuardLog.Refused(_logger, DisplayText.Escape(e.Message));
            await Refusals.UnacceptableAsync(context, e).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        return null;
    }

    private UnreportedCost RuleFor(HttpContext context, BudgetContext budget, BudgetGuard guard, bool isPreflight, Exception? failure)
    {
        if (!budget.IsUnreported)
            return default;
        if (budget.IsNeverReached(context) || (isPreflight && !budget.HasEndpointBegun && Preflight.IsAnsweredByCors(context)))
            return UnreportedCost.Release;
        try
        {
            return guard.Options.Unreported(context, failure);
        }
        catch (Exception e)
        {
            GuardLog.RuleFailed(_logger, DisplayText.Escape(budget.ReservationId), e);
            return UnreportedCost.ChargeEstimate;
        }
    }
}
