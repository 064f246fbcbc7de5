using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>Answers denials: 429 where waiting helps, 402 where only more budget does, 503 where the store does not answer.</summary>
internal static class DenialAnswer
{
    public static int StatusOf(BudgetDecision decision)
    {
        var traits = TraitsOf(decision);
        if (!traits.HealsWithTime)
            return (int)traits.Status;
        return decision.RetryAfter is null ? StatusCodes.Status402PaymentRequired : StatusCodes.Status429TooManyRequests;
    }

    /// <summary>The whole seconds, 1 or more, after which to come back; null when waiting does not help.</summary>
    public static long? RetryAfterSeconds(TimeSpan? retryAfter) => retryAfter is { } wait ? Math.Max(1, Amounts.CeilingSeconds(wait)) : null;

    /// <summary>Writes the headers that every denial has.</summary>
    public static void WriteHeaders(HttpResponse response, BudgetDecision decision)
    {
        if (RetryAfterSeconds(decision.RetryAfter) is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }

    public static ProblemDetails Problem(BudgetDecision decision)
    {
        var traits = TraitsOf(decision);
        return new()
        {
            Status = StatusOf(decision),
            Type = ProblemTypes.Of(traits),
            Title = traits.Title,
            Detail = traits.HealsWithTime && decision.RetryAfter is null ? HopelessDetail(decision) : traits.Detail,
        };
    }

    private static string HopelessDetail(BudgetDecision decision) => decision is { DeniedByBudgets.Count: 0, DeniedByRateLimits.Count: 0 }
        ? "No budget covers this request."
        : decision.Limits.Any(static limit => limit is { Verdict: Verdict.Refuse, Wait: null, Headroom: > 0 })
        ? "The request is larger than its priority may ever use of the limit; waiting does not help."
        : "The request is larger than the limit allows; waiting does not help.";

    private static OutcomeTraits TraitsOf(BudgetDecision decision) => decision.IsAllowed
        ? throw new ArgumentOutOfRangeException(nameof(decision), decision.Outcome, "The outcome is no denial.")
        : OutcomeTraits.Of(decision.Outcome);
}
