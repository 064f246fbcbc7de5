using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Reserves before a guarded endpoint and settles after it.</summary>
internal sealed class BudgetMiddleware(RequestDelegate next, GuardedEndpoints guarded, ILogger logger)
{
    public Task InvokeAsync(HttpContext context) =>
        guarded.GuardOf(context) is { } guard && context.Features.Get<IBudgetContext>() is null
            ? GuardAsync(context, guard)
            : next(context);

    private async Task GuardAsync(HttpContext context, BudgetGuard guard)
    {
        context.Features.Set(GuardMark.Instance);
        if (await BeginAsync(context, guard).ConfigureAwait(false) is not { } call)
            return;
        var budget = new BudgetContext(call);
        Exception? failure = null;
        try
        {
            AnswerHeaders.Write(context.Response, call.Decision, guard.Options);
            context.Features.Set<IBudgetContext>(budget);
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            context.Features.Set<IBudgetContext>(null);
            await budget.SettleAsync(RuleFor(context, budget, guard, failure)).ConfigureAwait(false);
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
            var call = await guard.Calls(context.RequestServices).TryBeginAsync(request, context.RequestAborted).ConfigureAwait(false);
            if (call.IsGranted)
                return call;
            await Refusals.DeniedAsync(context, call.Decision, guard.Options).ConfigureAwait(false);
        }
        catch (UnknownPriceException e) when (e.Model is null)
        {
            GuardLog.Unpriced(logger, context.GetEndpoint()?.DisplayName, e);
            await Refusals.UnpricedAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnacceptableRequestException or UnknownPriceException or BudgetOverflowException or ArgumentOutOfRangeException { ParamName: nameof(BudgetRequest.Cost) })
        {
            GuardLog.Refused(logger, DisplayText.Escape(e.Message));
            await Refusals.UnacceptableAsync(context, e).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        return null;
    }

    private UnreportedCost RuleFor(HttpContext context, BudgetContext budget, BudgetGuard guard, Exception? failure)
    {
        if (!budget.IsUnreported)
            return default;
        try
        {
            return guard.Options.Unreported(context, failure);
        }
        catch (Exception e)
        {
            GuardLog.RuleFailed(logger, DisplayText.Escape(budget.ReservationId), e);
            return UnreportedCost.ChargeEstimate;
        }
    }
}
