using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary><c>status SCOPE</c>: what the budgets and rate limits of a scope stand at.</summary>
internal static class StatusCommand
{
    public static Command Make(Connection connection)
    {
        var scope = new Argument<string>("scope") { Description = "The scope, as user=alice or project=search. Default: global.", DefaultValueFactory = _ => "global" };
        scope.CompletionSources.Add("global", "user=", "project=", "provider=", "model=");
        var fail = new Option<bool>("--fail-if-exceeded") { Description = "End with 1 when a budget has reached its limit." };
        var command = new Command("status", "Shows what the budgets and rate limits of a scope stand at.") { scope, fail };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var status = await backend.GetStatusAsync(Given.ScopeOf(parsed.GetValue(scope)!, "The scope"), cancellationToken);
            Show(status, screen);
            return parsed.GetValue(fail) && status.ExceededCount > 0 ? ExitCode.No : ExitCode.Done;
        });
        return command;
    }

    private static void Show(StatusAnswer status, Screen screen)
    {
        if (screen.IsJson)
        {
            screen.Json(status, AnswerJson.Readable.StatusAnswer);
            return;
        }
        screen.Table(
            ["budget", "scope", "counts", ">limit", ">spent", ">held", ">remaining", "state"],
            status.Budgets.Select(budget => (IReadOnlyList<string?>)[budget.Name ?? budget.BudgetId, budget.Scope, $"{budget.Unit ?? status.Currency}/{budget.Period}", LimitOf(budget), budget.Spent, budget.Held, budget.Remaining, StateOf(budget)]));
        if (status.RateLimits.Count > 0)
        {
            screen.Line("");
            screen.Table(
                ["rate limit", "scope", "counts", ">limit", ">remaining", "algorithm"],
                status.RateLimits.Select(limit => (IReadOnlyList<string?>)[limit.Name ?? limit.RateLimitId, limit.Scope, limit.Unit ?? "permits", limit.Limit, limit.Remaining, limit.Algorithm]));
        }
        if (!status.IsKindLimited)
            screen.Error(DisplayText.Escape($"No limit is about the kind of {status.Scope}. Kinds that limits are about: {string.Join(", ", status.LimitedKinds)}."));
    }

    private static string LimitOf(BudgetLine budget) => budget.Allowance == "0" ? budget.Limit : $"{budget.Limit} + {budget.Allowance}";

    private static string StateOf(BudgetLine budget)
    {
        if (budget.IsExceeded)
            return budget.Enforcement == "hard" ? "exceeded" : $"exceeded ({budget.Enforcement})";
        return budget.WarnedAt is null ? "" : "warned";
    }
}
