using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Answers guarded requests that are not let through.</summary>
internal static class Refusals
{
    public static Task DeniedAsync(HttpContext context, GuardedRequest denied, BudgetEndpointOptions options)
    {
        var decision = denied.Decision;
        context.Response.StatusCode = DenialAnswer.StatusOf(decision);
        DenialAnswer.WriteHeaders(context.Response, decision);
        AnswerHeaders.Write(context.Response, decision, options);
        if (options.WriteDenial is { } write)
            return write(context, decision);
        var problem = DenialAnswer.Problem(decision);
        Problems.Extend(problem, DenialDetails.Of(denied.Request, decision, options.HiddenScopeKinds, options.DenialDetails), AnswerJson.Default.DenialDetails);
        return Problems.WriteAsync(context, problem);
    }

    public static Task NobodyAsync(HttpContext context) => Problems.WriteAsync(context, new()
    {
        Status = StatusCodes.Status401Unauthorized,
        Type = ProblemTypes.UserRequired,
        Title = "A user is required.",
        Detail = "The request names nobody whose budget it could be charged to.",
    });

    /// <summary>Answers a request of an endpoint whose calls nothing prices, which is the application's mistake and not its caller's.</summary>
    public static Task UnpricedAsync(HttpContext context) => Problems.WriteAsync(context, new()
    {
        Status = StatusCodes.Status500InternalServerError,
        Type = ProblemTypes.Unpriced,
        Title = "The cost of the request is unknown.",
        Detail = "The application has budgets of money and no price for this endpoint: it must give its provider a price, or the endpoint a Cost, EstimateCost or EstimateUsage.",
    });

    public static Task UnacceptableAsync(HttpContext context, Exception cause) => Problems.WriteAsync(context, new()
    {
        Status = StatusCodes.Status400BadRequest,
        Type = ProblemTypes.BadRequest,
        Title = "The request cannot be budgeted.",
        Detail = cause switch
        {
            UnknownPriceException => "The model has no price.",
            BudgetOverflowException => "The request would take a total beyond what can be counted.",
            _ => PlainMessage.Of(cause),
        },
    });
}
