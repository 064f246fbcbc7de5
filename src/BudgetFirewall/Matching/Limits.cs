using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The limits in force in a partition: the configured ones, and the runtime budgets of one version of the catalog.
/// Immutable; a change of one budget makes new limits that share nearly everything with these.
/// </summary>
internal sealed class Limits
{
    private readonly ImmutableSortedSet<BudgetInForce> _inForce;
    private readonly ImmutableSortedDictionary<string, UnreadableBudget> _unreadable;
    private readonly UserFilters _ofUsers;

    /// <summary>The configured limits, without runtime budgets.</summary>
    public Limits(ConfiguredLimits configured)
        : this(configured, "", isWhole: true, configured.InForce, configured.Budgets, configured.OfUsers, ImmutableSortedDictionary.Create<string, UnreadableBudget>(StringComparer.Ordinal), runTimeCount: 0)
    {
    }

    private Limits(
        ConfiguredLimits configured,
        string catalogVersion,
        bool isWhole,
        ImmutableSortedSet<BudgetInForce> inForce,
        ScopedRules<CounterRule> budgets,
        UserFilters ofUsers,
        ImmutableSortedDictionary<string, UnreadableBudget> unreadable,
        int runTimeCount)
    {
        Configured = configured;
        CatalogVersion = catalogVersion;
        IsWhole = isWhole;
        Budgets = budgets;
        RunTimeCount = runTimeCount;
        _inForce = inForce;
        _ofUsers = ofUsers;
        _unreadable = unreadable;
    }

    /// <summary>The limits that the options define.</summary>
    public ConfiguredLimits Configured { get; }

    /// <summary>The version of the catalog; that of a place on the way to one where <see cref="IsWhole"/> is false.</summary>
    public string CatalogVersion { get; }

    /// <summary>False while more of the catalog is still to be read. The store takes decisions by such limits for stale.</summary>
    public bool IsWhole { get; }

    /// <summary>The number of runtime budgets, unreadable ones included.</summary>
    public int RunTimeCount { get; }

    /// <summary>The number of all budgets, inactive ones included.</summary>
    public int Count => _inForce.Count;

    /// <summary>The active budgets.</summary>
    public ScopedRules<CounterRule> Budgets { get; }

    public ScopedRules<LimitRule> RateLimits => Configured.RateLimits;

    /// <summary>The runtime budgets that cannot be read, ordered by id.</summary>
    public IReadOnlyCollection<UnreadableBudget> Unreadable => _unreadable.Count == 0 ? [] : [.. _unreadable.Values];

    /// <summary>True when there is a budget with an id, be it one that cannot be read.</summary>
    public bool Has(string budgetId) => Find(budgetId) is not null || _unreadable.ContainsKey(budgetId);

    public bool HasUnreadable => _unreadable.Count > 0;

    /// <summary>The runtime budgets that can be read, inactive ones included.</summary>
    public IEnumerable<Budget> RunTimeBudgets => _inForce.Where(entry => entry.IsRunTime).Select(entry => entry.Budget);

    /// <summary>A budget that cannot be read and may concern a request; null when there is none, which is nearly always so.</summary>
    public UnreadableBudget? UnreadableFor(BudgetRequest request) =>
        _unreadable.IsEmpty ? null : _unreadable.Values.FirstOrDefault(unreadable => unreadable.MayConcern(request));

    /// <summary>The budget with an id, active or not; null when there is none.</summary>
    public Budget? Find(string budgetId) => _inForce.TryGetValue(BudgetInForce.Probe(budgetId), out var found) ? found.Budget : null;

    /// <summary>The budgets whose ids come after a given one, ordered by id.</summary>
    /// <param name="after">The id; null to begin with the first.</param>
    /// <param name="count">The most to give.</param>
    public IReadOnlyList<Budget> After(string? after, int count)
    {
        var first = 0;
        if (after is not null)
        {
            var at = _inForce.IndexOf(BudgetInForce.Probe(after));
            first = at < 0 ? ~at : at + 1;
        }
        var page = new Budget[Math.Min(count, _inForce.Count - first)];
        for (var i = 0; i < page.Length; i++)
            page[i] = _inForce[first + i].Budget;
        return page;
    }

    /// <summary>Every budget, inactive ones included, ordered by id.</summary>
    public IReadOnlyList<Budget> All() => [.. _inForce.Select(entry => entry.Budget)];

    /// <summary>An active budget that counts what a budget would count; null when there is none.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="replaced">The ids of budgets that do not matter, as they are replaced.</param>
    public string? TwinOf(Budget budget, ISet<string> replaced)
    {
        var key = CounterRule.ReplacementKeyOf(budget);
        foreach (var rule in Budgets.DefinedFor(budget.Scope))
        {
            if (rule.ReplacementKey == key && !replaced.Contains(rule.Id))
                return rule.Id;
        }
        return null;
    }

    /// <summary>Applies changes of the catalog to these limits.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="displaced">The configured budgets that give way to a changed runtime budget which counts the same under another id.</param>
    public Limits With(CatalogChanges changes, out IReadOnlyList<Budget> displaced)
    {
        var from = changes.StartsOver ? new(Configured) : this;
        var update = new LimitsUpdate(Configured, from._inForce, from.Budgets, from._ofUsers, from._unreadable);
        foreach (var id in changes.Removed)
            update.Remove(id);
        foreach (var budget in changes.Budgets)
            update.Set(budget);
        foreach (var unreadable in changes.Unreadable)
            update.Set(unreadable);
        displaced = update.Displaced();
        var count = from.RunTimeCount + update.Added;
        return new(Configured, changes.Version, !changes.HasMore, update.InForce.ToImmutable(), update.Budgets, update.OfUsers, update.Unreadable, count);
    }

    /// <summary>The same runtime budgets on other configured limits.</summary>
    public Limits On(ConfiguredLimits configured)
    {
        var whole = new CatalogChanges
        {
            Version = CatalogVersion, StartsOver = true, HasMore = !IsWhole, Budgets = [.. RunTimeBudgets], Unreadable = [.. _unreadable.Values],
        };
        return new Limits(configured).With(whole, out _);
    }

    /// <summary>True when there is a budget of one user, or of each user, that a request without a user might meet if it named one.</summary>
    public bool WouldMeetWithUser(BudgetRequest request) => _ofUsers.Match(request);

    /// <summary>The counters of a budget as text: equal for two budgets that would count the same.</summary>
    public static string CountedThing(Budget budget) => DerivedId.Of(budget.Scope, budget.CalendarName, budget.Unit, budget.Enforcement, budget.Filter);
}
