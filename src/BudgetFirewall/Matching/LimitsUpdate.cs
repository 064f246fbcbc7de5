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
        // The budget of before, the one of now and the configured one are mostly about the same scope.
        if (former is not null)
            CountAnew(former.Budget.Scope, id, present);
        if (present is not null && present.Budget.Scope != former?.Budget.Scope)
            CountAnew(present.Budget.Scope, id, present);
        if (configuredOne is not null && configuredOne.Budget.Scope != former?.Budget.Scope && configuredOne.Budget.Scope != present?.Budget.Scope)
            CountAnew(configuredOne.Budget.Scope, id, present);
    }

    /// <summary>Works out the rules of one scope anew after a runtime budget has changed.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="id">The id of the budget that has changed.</param>
    /// <param name="present">The budget that has the id now; null for none.</param>
    private void CountAnew(BudgetScope scope, string id, BudgetInForce? present)
    {
        var rules = new List<CounterRule>();
        foreach (var rule in Budgets.DefinedFor(scope))
        {
            if (rule.Source == LimitSource.RunTime && rule.Id != id)
                rules.Add(rule);
        }
        var ofOptions = configured.Budgets.DefinedFor(scope);
        if (present is { IsRunTime: true, Budget.IsActive: true } && present.Budget.Scope == scope)
            rules.Add(RuleOf(present, ofOptions));
        var runTimeCount = rules.Count;
        foreach (var rule in ofOptions)
        {
            var inForce = Find(rule.Id);
            if (inForce is { IsRunTime: true })
                continue;
            if (rules.FindIndex(0, runTimeCount, other => other.ReplacementKey == rule.ReplacementKey) >= 0)
            {
                if (inForce is not null)
                    Leave(inForce);
                _displaced[rule.Id] = rule.Budget;
                continue;
            }
            if (inForce is null)
                Enter(configured.ById[rule.Id]);
            _displaced.Remove(rule.Id);
            rules.Add(rule);
        }
        Budgets = Budgets.With(scope, rules);
    }

    private CounterRule RuleOf(BudgetInForce entry, CounterRule[] ofOptions)
    {
        var rule = new CounterRule(entry.Budget, LimitSource.RunTime);
        var replaced = configured.ById.ContainsKey(entry.Id) ? entry.Id : Array.Find(ofOptions, other => other.ReplacementKey == rule.ReplacementKey)?.Id;
        return replaced is null ? rule : (CounterRule)rule.Replacing(replaced);
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
