using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>How a denial is answered: 429 when time heals it, 402 when only more budget does, 503 when the store is away.</summary>
internal static class DenialAnswer
{
    public static int StatusOf(BudgetDecision decision) => decision switch
    {
        { Outcome: DecisionOutcome.StoreUnavailable } => StatusCodes.Status503ServiceUnavailable,
        { RetryAfter: null } => StatusCodes.Status402PaymentRequired,
        _ => StatusCodes.Status429TooManyRequests,
    };

    public static void WriteRetryAfter(HttpResponse response, BudgetDecision decision)
    {
        if (decision.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, Amounts.CeilingSeconds(wait)).ToString(CultureInfo.InvariantCulture);
    }

    public static ProblemDetails Problem(BudgetDecision decision) => new()
    {
        Status = StatusOf(decision),
        Type = decision.Outcome switch
        {
            DecisionOutcome.BudgetExceeded => ProblemTypes.BudgetExceeded,
            DecisionOutcome.RateLimited => ProblemTypes.RateLimited,
            _ => ProblemTypes.StoreUnavailable,
        },
        Title = decision.Outcome switch
        {
            DecisionOutcome.BudgetExceeded => "The budget is used up.",
            DecisionOutcome.RateLimited => "Too many requests.",
            _ => "Budgets cannot be checked at present.",
        },
        Detail = decision switch
        {
            { Outcome: DecisionOutcome.StoreUnavailable } => "The store of budgets did not answer, so the request is not let through. Try again later.",
            { RetryAfter: null, DeniedByBudgets.Count: 0, DeniedByRateLimits.Count: 0 } => "No budget covers this request.",
            { RetryAfter: null } => "The request is larger than the limit allows; waiting does not help.",
            { Outcome: DecisionOutcome.RateLimited } => "The rate limit has no room for this request yet.",
            _ => "The budget has no room for this request in its present period.",
        },
    };
}
