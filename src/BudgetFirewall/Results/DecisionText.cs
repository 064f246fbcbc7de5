using System.Globalization;

namespace BudgetFirewall;

/// <summary>A decision in a sentence, for exceptions and logs.</summary>
internal static class DecisionText
{
    public static string Of(BudgetDecision decision) => DisplayText.Escape(Sentence(decision));

    /// <summary>The shadow limits that would have denied the request.</summary>
    public static string WouldDeny(BudgetDecision decision) => DisplayText.Escape(Join(decision.WouldBeDeniedBy, Limit));

    private static string Limit(LimitVerdict verdict) =>
        Invariant($"{(verdict.Kind == LimitKind.Budget ? "budget" : "rate limit")} '{verdict.Name ?? verdict.Id}' for {verdict.Scope} has {verdict.Available}{Unit(verdict.Unit)} left and would need {verdict.Needed}{(verdict.IsWithinHeadroom ? $" beside {verdict.Headroom} that are kept free for other priorities" : "")}");

    private static string Sentence(BudgetDecision decision)
    {
        if (decision.IsAllowed)
            return Invariant($"Allowed: the request costs {Cost(decision)}.");
        if (decision.Outcome == DecisionOutcome.StoreUnavailable)
            return Invariant($"Denied: the budget store could not answer, so it is not known whether the request fits.{Cause(decision.StoreFailure)}");
        if (decision.DeniedByBudgets.Count > 0)
            return Invariant($"Denied: the request costs {Cost(decision)}, and {Join(decision.DeniedByBudgets, state => Budget(state) + KeptFree(decision, LimitKind.Budget, state.BudgetId, state.Scope, state.Limit))}.{Asked(decision)}{Retry(decision)}");
        return decision.DeniedByRateLimits.Count > 0
            ? Invariant($"Denied: {Join(decision.DeniedByRateLimits, state => RateLimit(state) + KeptFree(decision, LimitKind.RateLimit, state.RateLimitId, state.Scope, state.Limit))}.{Retry(decision)}")
            : Invariant($"Denied: the request costs {Cost(decision)}, and no budget counts it.");
    }

    private static string Cost(BudgetDecision decision) => Invariant($"{(decision.IsCostUnknown ? "an unknown amount of at least " : "")}{decision.Cost}");

    private static string Budget(BudgetState state) =>
        Invariant($"budget '{state.Name ?? state.BudgetId}' for {state.Scope} has {state.Remaining}{Unit(state.Unit)} left of {state.Limit}{Allowed(state.Allowance)} (spent {state.Spent}, held {state.Held}){Throttled(state.Throttle)}");

    private static string Allowed(decimal allowance) => allowance == 0 ? "" : Invariant($" and an allowance of {allowance}");

    private static string Throttled(BudgetThrottle? throttle) => throttle is null
        ? ""
        : Invariant($" and lets {throttle.RatePerSecond} calls a second begin above that{(throttle.Ceiling is { } ceiling ? $", up to {ceiling}" : "")}");

    private static string RateLimit(RateLimitState state) =>
        Invariant($"rate limit '{state.Name ?? state.RateLimitId}' for {state.Scope} has {state.Remaining}{Unit(state.Unit)} of {state.Limit}");

    /// <summary>The part of a limit that is kept free for other priorities, where that has mattered.</summary>
    private static string KeptFree(BudgetDecision decision, LimitKind kind, string id, BudgetScope scope, decimal limit)
    {
        var verdict = decision.Limits.FirstOrDefault(verdict => verdict.Kind == kind && verdict.Id == id && verdict.Scope == scope);
        return verdict is { IsWithinHeadroom: true } && limit > 0
            ? Invariant($", of which {Math.Round(100m * verdict.Headroom / limit, 4):0.####} % are kept free for other priorities")
            : "";
    }

    private static string Unit(string? unit) => unit is null ? "" : " " + unit;

    private static string Asked(BudgetDecision decision) => decision.ApprovalIds.Count switch
    {
        0 when decision.Outcome == DecisionOutcome.ApprovalRequired => " An approval may raise that.",
        0 => "",
        _ => $" Asked for: approval {string.Join(", ", decision.ApprovalIds)}.",
    };

    private static string Retry(BudgetDecision decision) => decision.RetryAfter is { } wait ? Invariant($" Retry after {wait}.") : "";

    /// <summary>The messages of a failure and of its causes; a cause that its consequence already quotes is not repeated.</summary>
    private static string Cause(Exception? failure)
    {
        var text = "";
        for (var e = failure; e is not null; e = e.InnerException)
            text = text.Contains(e.Message, StringComparison.Ordinal) ? text : $"{text} {e.Message}";
        return text;
    }

    private static string Join<T>(IReadOnlyList<T> states, Func<T, string> text) => string.Join("; ", states.Select(text));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
