using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The limits in force in a partition: the configured ones, and the runtime budgets of one version of the catalog. Immutable.</summary>
internal sealed class Limits
{
    private readonly Budget[] _ofUsers;

    private Limits(CatalogSnapshot catalog, IReadOnlyList<Budget> all, ScopedRules<CounterRule> budgets, ScopedRules<LimitRule> rateLimits)
    {
        CatalogVersion = catalog.Version;
        Unreadable = catalog.Unreadable;
        AllBudgets = all;
        Budgets = budgets;
        RateLimits = rateLimits;
        _ofUsers = [.. all.Where(budget => budget is { IsActive: true, Scope.Kind: ScopeKinds.User, Enforcement: not Enforcement.Shadow })];
    }

    public string CatalogVersion { get; }

    /// <summary>Every budget, inactive ones included, ordered by id.</summary>
    public IReadOnlyList<Budget> AllBudgets { get; }

    /// <summary>The active budgets.</summary>
    public ScopedRules<CounterRule> Budgets { get; }

    public ScopedRules<LimitRule> RateLimits { get; }

    /// <summary>The runtime budgets that cannot be read.</summary>
    public ImmutableArray<UnreadableBudget> Unreadable { get; }

    /// <summary>A budget that cannot be read and may concern a request; null when there is none, which is nearly always so.</summary>
    public UnreadableBudget? UnreadableFor(BudgetRequest request) =>
        Unreadable.IsEmpty ? null : Unreadable.FirstOrDefault(unreadable => unreadable.MayConcern(request));

    public static Limits Configured(FirewallSettings settings)
    {
        var budgets = Ordered(settings.Budgets);
        return new(CatalogSnapshot.Empty, budgets, LimitRules.OfBudgets(budgets, [], []), LimitRules.OfRateLimits(settings.RateLimits));
    }

    /// <summary>
    /// Adds runtime budgets to these limits. A configured budget that would count the same as a runtime budget is replaced by it, and returned.
    /// </summary>
    public Limits With(CatalogSnapshot catalog, IReadOnlyList<Budget> configured, out IReadOnlyList<Budget> displaced)
    {
        var ids = catalog.Budgets.Select(budget => budget.Id).ToHashSet(StringComparer.Ordinal);
        var counted = catalog.Budgets.Where(budget => budget.IsActive).Select(CountedThing).ToHashSet(StringComparer.Ordinal);
        var (kept, replaced) = (new List<Budget>(), new List<Budget>());
        foreach (var budget in configured)
            (ids.Contains(budget.Id) ? replaced : kept).Add(budget);
        var givenWay = kept.Where(budget => budget.IsActive && counted.Contains(CountedThing(budget))).ToList();
        kept.RemoveAll(givenWay.Contains);
        displaced = givenWay;
        return new(catalog, Ordered([.. kept, .. catalog.Budgets]), LimitRules.OfBudgets(kept, catalog.Budgets, [.. replaced, .. givenWay]), RateLimits);
    }

    /// <summary>True when there is a budget of one user, or of each user, that a request without a user might meet if it named one.</summary>
    public bool WouldMeetWithUser(BudgetRequest request)
    {
        foreach (var budget in _ofUsers)
        {
            if (budget.Filter.Matches(request))
                return true;
        }
        return false;
    }

    /// <summary>The key of a budget, equal for two budgets that would count the same.</summary>
    public static string CountedThing(Budget budget) => DerivedId.Of(budget.Scope, budget.Period, budget.Unit, budget.Enforcement == Enforcement.Shadow, budget.Filter);

    private static List<Budget> Ordered(IReadOnlyList<Budget> budgets) => [.. budgets.OrderBy(budget => budget.Id, StringComparer.Ordinal)];
}
