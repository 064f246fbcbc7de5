using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Writes the headers that an endpoint has asked for.</summary>
internal static class AnswerHeaders
{
    public const string Remaining = "X-Budget-Remaining";
    public const string Warning = "X-Budget-Warning";

    public static void Write(HttpResponse response, BudgetDecision decision, BudgetEndpointOptions options)
    {
        if (options.Headers == BudgetHeaders.None || response.HasStarted)
            return;
        // Set at the last moment: amounts that are left must not be cached, whatever the endpoint says of its answer.
        response.OnStarting(static state =>
        {
            ((HttpResponse)state).Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, response);
        // Shadow limits are tried out by whoever runs the application, and no caller has to keep to them.
        var budgets = decision.Budgets.Where(budget => !EnforcementTraits.Of(budget.Enforcement).CountsApart && !options.HiddenScopeKinds.Contains(budget.Scope.Kind)).ToList();
        if (options.Headers.HasFlag(BudgetHeaders.RateLimit))
        {
            var rateLimits = decision.RateLimits.Where(limit => !EnforcementTraits.Of(limit.Enforcement).CountsApart && !options.HiddenScopeKinds.Contains(limit.Scope.Kind));
            RateLimitHeaders.Write(response.Headers, budgets.Where(budget => EnforcementTraits.Of(budget.Enforcement).Denies), rateLimits);
        }
        if (options.Headers.HasFlag(BudgetHeaders.Remaining) && budgets.Where(budget => budget.Unit is null).MinBy(budget => budget.Remaining) is { } tightest)
            response.Headers[Remaining] = Amounts.Text(tightest.Remaining);
        if (options.Headers.HasFlag(BudgetHeaders.Warning))
            WriteWarning(response.Headers, budgets, options.WarnAtUtilization);
    }

    private static void WriteWarning(IHeaderDictionary headers, List<BudgetState> budgets, decimal warnAt)
    {
        var names = new PolicyNames();
        var warnings = budgets
            .Select(budget => (Name: names.Of(budget), Used: Used(budget)))
            .Where(budget => budget.Used >= warnAt)
            .Select(budget => string.Create(CultureInfo.InvariantCulture, $"\"{budget.Name}\";used={budget.Used}"));
        var text = string.Join(", ", warnings);
        if (text.Length > 0)
            headers[Warning] = text;
    }

    /// <summary>The part that is spent or held, rounded down to the three decimals of a structured field's number.</summary>
    private static decimal Used(BudgetState budget)
    {
        var most = budget.Limit + budget.Allowance;
        var used = most == 0 ? (budget.Spent + budget.Held == 0 ? 0 : 1) : (budget.Spent + budget.Held) / most;
        return decimal.Floor(Math.Min(used, 1_000m) * 1_000m) / 1_000m;
    }
}
