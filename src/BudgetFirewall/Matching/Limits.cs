using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The limits in force in a partition: the configured ones, and the runtime budgets of one version of the catalog. Immutable.</summary>
internal sealed class Limits
{
    private readonly Budget[] _ofUsers;

    private Limits(CatalogSnapshot catalog, IReadOnlyList<Budget> budgets, IReadOnlyList<Budget> active, ScopedRules<BucketRule> buckets)
    {
        CatalogVersion = catalog.Version;
        Unreadable = catalog.Unreadable;
        Budgets = budgets;
        Counters = new(active.Select(budget => new CounterRule(budget)));
        Buckets = buckets;
        _ofUsers = [.. active.Where(budget => budget.Scope.Kind == ScopeKinds.User)];
    }

    public string CatalogVersion { get; }

    /// <summary>Every budget, inactive ones included, ordered by id.</summary>
    public IReadOnlyList<Budget> Budgets { get; }

    public ScopedRules<CounterRule> Counters { get; }

    public ScopedRules<BucketRule> Buckets { get; }

    /// <summary>The runtime budgets that cannot be read.</summary>
    public ImmutableArray<UnreadableBudget> Unreadable { get; }

    /// <summary>A budget that cannot be read and may concern a request; null when there is none, as nearly always.</summary>
    public UnreadableBudget? UnreadableFor(BudgetRequest request) =>
        Unreadable.IsEmpty ? null : Unreadable.FirstOrDefault(unreadable => unreadable.MayConcern(request));

    public static Limits Configured(FirewallSettings settings) => new(
        CatalogSnapshot.Empty,
        Ordered(settings.Budgets),
        [.. settings.Budgets.Where(budget => budget.IsActive)],
        new(settings.RateLimits.Select(limit => new BucketRule(limit))));

    /// <summary>These limits with runtime budgets over them. A configured budget that would count what a runtime budget counts gives way and is returned.</summary>
    public Limits With(CatalogSnapshot catalog, IReadOnlyList<Budget> configured, out IReadOnlyList<Budget> displaced)
    {
        var replaced = catalog.Budgets.Select(budget => budget.Id).ToHashSet(StringComparer.Ordinal);
        var counted = catalog.Budgets.Where(budget => budget.IsActive).Select(CountedThing).ToHashSet(StringComparer.Ordinal);
        var kept = configured.Where(budget => !replaced.Contains(budget.Id)).ToList();
        displaced = [.. kept.Where(budget => budget.IsActive && counted.Contains(CountedThing(budget)))];
        kept.RemoveAll(displaced.Contains);
        var all = Ordered([.. kept, .. catalog.Budgets]);
        return new(catalog, all, [.. all.Where(budget => budget.IsActive)], Buckets);
    }

    /// <summary>True when there is a budget of a user, or of each, that a request without one would meet if it named one.</summary>
    public bool WouldMeetWithUser(BudgetRequest request)
    {
        foreach (var budget in _ofUsers)
        {
            if (budget.Filter.Matches(request))
                return true;
        }
        return false;
    }

    /// <summary>Equal for two budgets that would count the same thing.</summary>
    public static string CountedThing(Budget budget) => DerivedId.Of(budget.Scope, budget.Period, budget.Unit, budget.Filter);

    private static List<Budget> Ordered(IReadOnlyList<Budget> budgets) => [.. budgets.OrderBy(budget => budget.Id, StringComparer.Ordinal)];
}
