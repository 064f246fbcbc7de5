using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The budgets of a firewall that are watched for burn rates: those with periods long enough, that are in force and no shadows.</summary>
internal sealed class WatchedBudgets
{
    // Those of every id of a kind have the empty id, which no scope has.
    private readonly Dictionary<(string? Partition, string Family, string Scope), List<CounterRule>> _rules = [];
    private readonly Dictionary<string, CounterFamily> _families = new(StringComparer.Ordinal);

    /// <summary>The families of their counters.</summary>
    public IReadOnlyCollection<CounterFamily> Families => _families.Values;

    /// <summary>Adds the budgets of a partition.</summary>
    public void Add(string? partition, IEnumerable<Budget> budgets)
    {
        foreach (var rule in budgets.Where(IsWatched).Select(budget => new CounterRule(budget)))
        {
            _families.TryAdd(rule.Family.Name, rule.Family);
            var key = (partition, rule.Family.Name, rule.Budget.Scope.Id);
            if (!_rules.TryGetValue(key, out var rules))
                _rules[key] = rules = [];
            rules.Add(rule);
        }
    }

    /// <summary>The budgets of a family that count for a scope.</summary>
    public IEnumerable<CounterRule> Of(string? partition, CounterFamily family, string scope) =>
        _rules.GetValueOrDefault((partition, family.Name, ""), []).Concat(_rules.GetValueOrDefault((partition, family.Name, scope), []));

    /// <summary>The lowest limit of all budgets of a kind of scopes; 0 where one counts a unit, or has a limit that is not always the same.</summary>
    public long LowestLimit(string kind) => _rules.Values.SelectMany(rules => rules).Where(rule => rule.Budget.Scope.Kind == kind).Min(FixedLimit);

    /// <summary>The limit of a budget in money that is always the same; 0 for others.</summary>
    public static long FixedLimit(CounterRule rule) => rule.Budget is { Unit: null, LimitFromUsage: null, Schedule: [] } ? rule.Limit : 0;

    private static bool IsWatched(Budget budget) => budget is { IsActive: true, Enforcement: not Enforcement.Shadow }
        && PeriodCalendar.Of(budget.Period, budget.TimeZone) is { IsEndless: false } calendar
        && calendar.At(DateTimeOffset.UnixEpoch.AddYears(50)) is var window && window.End - window.Start >= BurnRule.ShortestPeriod;
}
