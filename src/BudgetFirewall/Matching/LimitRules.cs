using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The rules of limits, each with the definition that it comes from and the one that it replaces.</summary>
internal static class LimitRules
{
    /// <summary>The rules of active budgets.</summary>
    /// <param name="configured">The configured budgets that are in force.</param>
    /// <param name="runTime">The runtime budgets.</param>
    /// <param name="replaced">The configured budgets that runtime budgets have replaced.</param>
    public static ScopedRules<CounterRule> OfBudgets(IReadOnlyList<Budget> configured, IReadOnlyList<Budget> runTime, IReadOnlyList<Budget> replaced)
    {
        List<(Budget Budget, LimitSource Source)> active =
        [
            .. configured.Where(budget => budget.IsActive).Select(budget => (budget, LimitSource.Configuration)),
            .. runTime.Where(budget => budget.IsActive).Select(budget => (budget, LimitSource.RunTime)),
        ];
        var each = EachById(active.Select(limit => limit.Budget), budget => budget.Scope, CounterRule.ReplacementKeyOf, budget => budget.Id);
        return new(active.Select(limit => new CounterRule(limit.Budget, limit.Source, Former(limit.Budget, limit.Source, replaced)?.Id ?? ReplacedEach(limit.Budget, each))));
    }

    /// <summary>The rules of rate limits.</summary>
    public static ScopedRules<LimitRule> OfRateLimits(IReadOnlyList<RateLimit> rateLimits)
    {
        var each = EachById(rateLimits, limit => limit.Scope, RateLimitRule.ReplacementKeyOf, limit => limit.Id);
        return new(rateLimits.Select(limit => RateLimitRules.Of(limit, LimitSource.Configuration, ReplacedEach(limit, each))));
    }

    /// <summary>The configured budget that would be in force if a runtime budget were not there.</summary>
    private static Budget? Former(Budget budget, LimitSource source, IReadOnlyList<Budget> replaced)
    {
        if (source != LimitSource.RunTime || replaced.Count == 0)
            return null;
        var counted = Limits.CountedThing(budget);
        return replaced.FirstOrDefault(other => other.Id == budget.Id || (other.IsActive && Limits.CountedThing(other) == counted));
    }

    private static string? ReplacedEach(Budget budget, Dictionary<string, string> each) =>
        budget.Scope.IsEach || each.Count == 0 ? null : each.GetValueOrDefault(CounterRule.ReplacementKeyOf(budget));

    private static string? ReplacedEach(RateLimit limit, Dictionary<string, string> each) =>
        limit.Scope.IsEach || each.Count == 0 ? null : each.GetValueOrDefault(RateLimitRule.ReplacementKeyOf(limit));

    /// <summary>The ids of the limits on each id of a kind, by what a limit on one id replaces.</summary>
    private static Dictionary<string, string> EachById<T>(IEnumerable<T> limits, Func<T, BudgetScope> scopeOf, Func<T, string> keyOf, Func<T, string> idOf)
    {
        var each = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var limit in limits.Where(limit => scopeOf(limit).IsEach))
            each.TryAdd(keyOf(limit), idOf(limit));
        return each;
    }
}
