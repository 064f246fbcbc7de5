using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Finds the errors in budgets and rate limits: in each by itself, and between them.</summary>
internal static class LimitsCheck
{
    public static void Find(BudgetFirewallOptions options, List<string> errors)
    {
        var counted = new Dictionary<(BudgetScope, CounterFamily), string>();
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Budgets.Count; i++)
        {
            var budget = options.Budgets[i];
            var path = PathOf(options, budget, nameof(options.Budgets), i);
            if (budget is null)
                errors.Add($"{path} is null");
            else if (RuleOf(budget, path, errors) is { } rule && !CountsAgain(budget, rule, path, counted, errors)
                && OptionError.Try(errors, path, budget.PoolId ?? budget.Id, () => PoolBudgets.CheckIsNone(budget, "The budget")))
                CheckId(ids, budget.Id, path, errors);
        }
        ids.Clear();
        for (var i = 0; i < options.Quotas.Count; i++)
        {
            var pool = options.Quotas[i];
            var path = PathOf(options, pool, nameof(options.Quotas), i);
            if (pool is null)
                errors.Add($"{path} is null");
            else if (options.PartitionBy is { } kind)
                errors.Add($"{path} must not be configured where PartitionBy is set, to '{kind}': allocate it in each partition");
            else if (OptionError.Try(errors, path, pool.Id, pool.CheckDivisible) && PoolBudgets.OfConfigured(pool).All(budget => !CountsAgain(budget, new(budget), path, counted, errors)))
                CheckId(ids, pool.Id, path, errors);
        }
        ids.Clear();
        for (var i = 0; i < options.RateLimits.Count; i++)
        {
            var limit = options.RateLimits[i];
            var path = PathOf(options, limit, nameof(options.RateLimits), i);
            if (limit is null)
                errors.Add($"{path} is null");
            else if (HasItsValues(limit, path, errors))
                CheckId(ids, limit.Id, path, errors);
        }
    }

    private static bool HasItsValues(RateLimit limit, string path, List<string> errors)
    {
        var before = errors.Count;
        errors.AddRange(RateLimitRules.TraitsOf(limit.Algorithm).Errors(limit).Select(error => $"{path}:{error.Member} {error.Problem}"));
        return errors.Count == before;
    }

    private static CounterRule? RuleOf(Budget budget, string path, List<string> errors)
    {
        CounterRule? rule = null;
        if (!OptionError.Try(errors, $"{path}:{nameof(budget.TimeZone)}", budget.TimeZone, () => _ = budget.Calendar))
            return null;
        if (!OptionError.Try(errors, $"{path}:{nameof(budget.Schedule)}", string.Join(", ", budget.Schedule.Select(row => row.Limit)), budget.CheckScheduleAmounts))
            return null;
        if (!OptionError.Try(errors, $"{path}:{nameof(budget.Limit)}", budget.Limit, () => _ = budget.LimitAmount))
            return null;
        if (budget.LimitFromUsage is { } usage && !Fits(usage, budget, $"{path}:{nameof(budget.LimitFromUsage)}", errors))
            return null;
        if (!OptionError.Try(errors, $"{path}:{nameof(budget.Throttle)}", budget.Throttle, budget.CheckThrottle))
            return null;
        if (!OptionError.Try(errors, $"{path}:{nameof(budget.Throttle)}:{nameof(BudgetThrottle.Ceiling)}", budget.Throttle?.Ceiling, budget.CheckCeiling))
            return null;
        OptionError.Try(errors, path, budget.Id, () => rule = new(budget));
        return rule;
    }

    private static bool Fits(LimitFromUsage usage, Budget budget, string path, List<string> errors) =>
        OptionError.Try(errors, $"{path}:{nameof(usage.Floor)}", usage.Floor, () => _ = budget.AmountOf(usage.Floor, nameof(usage.Floor)))
        && OptionError.Try(errors, $"{path}:{nameof(usage.Ceiling)}", usage.Ceiling, () => _ = budget.AmountOf(usage.Ceiling, nameof(usage.Ceiling)))
        && OptionError.Try(errors, path, usage, () => usage.CheckFor(budget));

    private static bool CountsAgain(
        Budget budget, CounterRule rule, string path, Dictionary<(BudgetScope, CounterFamily), string> counted, List<string> errors)
    {
        var name = $"{path} ('{budget.Id}')";
        if (!budget.IsActive || counted.TryAdd((budget.Scope, rule.Family), name))
            return false;
        errors.Add($"{name} counts the same thing as {counted[(budget.Scope, rule.Family)]}: scope, period, time zone, unit and filters are equal");
        return true;
    }

    private static void CheckId(Dictionary<string, string> ids, string id, string path, List<string> errors)
    {
        if (!ids.TryAdd(id, path))
            errors.Add($"{path} has the same id as {ids[id]}: '{id}'; give one of them an Id of its own");
    }

    /// <summary>The path of a limit: that in the configuration it was read from, or its place in the list.</summary>
    public static string PathOf(BudgetFirewallOptions options, object? limit, string list, int index) =>
        limit is not null && options.Origins.TryGetValue(limit, out var path) ? path : $"{list}:{index}";
}
