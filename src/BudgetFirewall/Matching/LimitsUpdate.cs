using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Changes limits budget by budget. A change costs what the scopes of the budget hold, and nothing for all the others.</summary>
internal sealed class LimitsUpdate(
    ConfiguredLimits configured,
    ImmutableSortedSet<BudgetInForce> inForce,
    ScopedRules<CounterRule> budgets,
    UserFilters ofUsers,
    ImmutableSortedDictionary<string, UnreadableBudget> unreadable)
{
    private readonly Dictionary<string, Budget> _displaced = new(StringComparer.Ordinal);

    public ImmutableSortedSet<BudgetInForce>.Builder InForce { get; } = inForce.ToBuilder();

    public ScopedRules<CounterRule> Budgets { get; private set; } = budgets;

    public UserFilters OfUsers { get; private set; } = ofUsers;

    public ImmutableSortedDictionary<string, UnreadableBudget> Unreadable { get; private set; } = unreadable;

    /// <summary>The number of runtime budgets that have come, less those that have gone.</summary>
    public int Added { get; private set; }

    /// <summary>The configured budgets that give way to a changed runtime budget which counts the same under another id.</summary>
    public IReadOnlyList<Budget> Displaced() => [.. _displaced.Values];

    /// <summary>Adds or replaces a runtime budget.</summary>
    public void Set(Budget budget) => Change(budget.Id, budget, unreadable: null);

    /// <summary>Adds or replaces a runtime budget that cannot be read.</summary>
    public void Set(UnreadableBudget unreadable) => Change(unreadable.Id, budget: null, unreadable);

    /// <summary>Removes a runtime budget, if there is one.</summary>
    public void Remove(string id) => Change(id, budget: null, unreadable: null);

    private void Change(string id, Budget? budget, UnreadableBudget? unreadable)
    {
        var former = Find(id);
        var configuredOne = configured.ById.GetValueOrDefault(id);
        var wasThere = former is { IsRunTime: true } || Unreadable.ContainsKey(id);
        Added += (budget is not null || unreadable is not null ? 1 : 0) - (wasThere ? 1 : 0);
        Unreadable = unreadable is null ? Unreadable.Remove(id) : Unreadable.SetItem(id, unreadable);
        if (former is not null)
            Leave(former);
        var present = budget is null ? configuredOne : new(id, budget, IsRunTime: true);
        if (present is not null)
            Enter(present);
        foreach (var scope in new[] { former, present, configuredOne }.OfType<BudgetInForce>().Select(entry => entry.Budget.Scope).Distinct())
            CountAnew(scope, id, present is { IsRunTime: true, Budget.IsActive: true } && present.Budget.Scope == scope ? present : null);
    }

    /// <summary>Works out the rules of one scope anew after a runtime budget has changed.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="id">The id of the budget that has changed.</param>
    /// <param name="budget">The budget itself where it is active and about the scope; otherwise null.</param>
    private void CountAnew(BudgetScope scope, string id, BudgetInForce? budget)
    {
        var rules = Budgets.DefinedFor(scope).Where(rule => rule.Source == LimitSource.RunTime && rule.Id != id).ToList();
        var ofOptions = configured.Budgets.DefinedFor(scope);
        if (budget is not null)
        {
            var key = CounterRule.ReplacementKeyOf(budget.Budget);
            var replacedId = configured.ById.ContainsKey(id) ? id : ofOptions.FirstOrDefault(rule => rule.ReplacementKey == key)?.Id;
            rules.Add(new(budget.Budget, LimitSource.RunTime, replacedId));
        }
        var runTimeCount = rules.Count;
        foreach (var rule in ofOptions)
        {
            if (Find(rule.Id) is { IsRunTime: true })
                continue;
            if (rules.Take(runTimeCount).Any(other => other.ReplacementKey == rule.ReplacementKey))
            {
                if (Find(rule.Id) is { } displaced)
                    Leave(displaced);
                _displaced[rule.Id] = rule.Budget;
                continue;
            }
            if (Find(rule.Id) is null)
                Enter(configured.ById[rule.Id]);
            _displaced.Remove(rule.Id);
            rules.Add(rule);
        }
        Budgets = Budgets.With(scope, [.. rules]);
    }

    private BudgetInForce? Find(string id) => InForce.TryGetValue(BudgetInForce.Probe(id), out var found) ? found : null;

    private void Enter(BudgetInForce entry)
    {
        InForce.Add(entry);
        OfUsers = OfUsers.With(entry.Budget, isGone: false);
    }

    private void Leave(BudgetInForce entry)
    {
        InForce.Remove(entry);
        OfUsers = OfUsers.With(entry.Budget, isGone: true);
    }
}
