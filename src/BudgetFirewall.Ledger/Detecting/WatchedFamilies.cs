using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The counter families of the watched budgets of all partitions. They are few, however many partitions and budgets there are.</summary>
internal sealed class WatchedFamilies
{
    private readonly Dictionary<string, (CounterFamily Family, long LowestLimit)> _families = new(StringComparer.Ordinal);

    /// <summary>The families, each with the lowest limit of its budgets; 0 where one counts a unit, or has a limit that is not always the same.</summary>
    public IReadOnlyCollection<(CounterFamily Family, long LowestLimit)> All => _families.Values;

    /// <summary>Adds the budgets of a partition.</summary>
    public void Add(WatchedBudgets budgets)
    {
        foreach (var rule in budgets.All)
        {
            var limit = WatchedBudgets.FixedLimit(rule);
            _families[rule.Family.Name] = (rule.Family, _families.TryGetValue(rule.Family.Name, out var known) ? Math.Min(known.LowestLimit, limit) : limit);
        }
    }

    /// <summary>The lowest limit of all budgets of a kind of scopes.</summary>
    public long LowestLimit(string kind) => _families.Values.Where(one => one.Family.Kind == kind).Min(one => one.LowestLimit);
}
