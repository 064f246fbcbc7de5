using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The budgets of a partition that are watched for burn rates: those with periods long enough, that are in force and no shadows.</summary>
internal sealed class WatchedBudgets
{
    // Those of every id of a kind have the empty id, which no scope has.
    private readonly Dictionary<(string Family, string Scope), List<CounterRule>> _rules = [];

    public WatchedBudgets(IEnumerable<Budget> budgets)
    {
        foreach (var rule in budgets.Where(IsWatched).Select(budget => new CounterRule(budget)))
        {
            var key = (rule.Family.Name, rule.Budget.Scope.Id);
            if (!_rules.TryGetValue(key, out var rules))
                _rules[key] = rules = [];
            rules.Add(rule);
        }
    }

    public IEnumerable<CounterRule> All => _rules.Values.SelectMany(rules => rules);

    /// <summary>The budgets of a family that count for a scope.</summary>
    public IEnumerable<CounterRule> Of(CounterFamily family, string scope) => _rules.GetValueOrDefault((family.Name, ""), []).Concat(_rules.GetValueOrDefault((family.Name, scope), []));

    /// <summary>The limit of a budget in money that is always the same; 0 for others.</summary>
    public static long FixedLimit(CounterRule rule) => rule.Budget is { Unit: null, LimitFromUsage: null, Schedule: [] } ? rule.Limit : 0;

    private static bool IsWatched(Budget budget) => budget is { IsActive: true, Enforcement: not Enforcement.Shadow }
        && PeriodCalendar.Of(budget.Period, budget.TimeZone) is { IsEndless: false } calendar
        && calendar.At(DateTimeOffset.UnixEpoch.AddYears(50)) is var window && window.End - window.Start >= BurnRule.ShortestPeriod;
}
