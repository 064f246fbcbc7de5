using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>Answers denials: 429 where waiting helps, 402 where only more budget does, 503 where the store does not answer.</summary>
internal static class DenialAnswer
{
    public static int StatusOf(BudgetDecision decision) => decision.Outcome switch
    {
        DecisionOutcome.StoreUnavailable => StatusCodes.Status503ServiceUnavailable,
        DecisionOutcome.BudgetExceeded or DecisionOutcome.RateLimited => decision.RetryAfter is null ? StatusCodes.Status402PaymentRequired : StatusCodes.Status429TooManyRequests,
        DecisionOutcome.Allowed => throw NoDenial(decision),
        _ => throw NoDenial(decision),
    };

    public static void WriteRetryAfter(HttpResponse response, BudgetDecision decision)
    {
        if (decision.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, Amounts.CeilingSeconds(wait)).ToString(CultureInfo.InvariantCulture);
    }

    public static ProblemDetails Problem(BudgetDecision decision)
    {
        var (type, title, detail) = decision.Outcome switch
        {
            DecisionOutcome.BudgetExceeded => (ProblemTypes.BudgetExceeded, "The budget is used up.", "The budget has no room for this request in its present period."),
            DecisionOutcome.RateLimited => (ProblemTypes.RateLimited, "Too many requests.", "The rate limit has no room for this request yet."),
            DecisionOutcome.StoreUnavailable => (
                ProblemTypes.StoreUnavailable, "Budgets cannot be checked at present.", "The store of budgets did not answer, so the request is not let through. Try again later."),
            DecisionOutcome.Allowed => throw NoDenial(decision),
            _ => throw NoDenial(decision),
        };
        return new() { Status = StatusOf(decision), Type = type, Title = title, Detail = IsHopeless(decision) ? HopelessDetail(decision) : detail };
    }

    private static bool IsHopeless(BudgetDecision decision) => decision.Outcome != DecisionOutcome.StoreUnavailable && decision.RetryAfter is null;

    private static string HopelessDetail(BudgetDecision decision) => decision is { DeniedByBudgets.Count: 0, DeniedByRateLimits.Count: 0 }
        ? "No budget covers this request."
        : decision.Limits.Any(static limit => limit is { Verdict: Verdict.Refuse, Wait: null, Headroom: > 0 })
        ? "The request is larger than its priority may ever use of the limit; waiting does not help."
        : "The request is larger than the limit allows; waiting does not help.";

    private static ArgumentOutOfRangeException NoDenial(BudgetDecision decision) =>
        new(nameof(decision), decision.Outcome, "The outcome is no denial.");
}
