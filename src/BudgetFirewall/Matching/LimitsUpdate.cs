using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Changes limits one by one. A change costs what the scopes of the limit hold, and nothing for all the others.</summary>
internal sealed class LimitsUpdate(
    ConfiguredLimits configured,
    ImmutableSortedSet<LimitInForce> inForce,
    ScopedRules<CounterRule> budgets,
    ScopedRules<LimitRule> rateLimits,
    UserFilters ofUsers,
    ImmutableSortedDictionary<LimitKey, UnreadableLimit> unreadable)
{
    private readonly HashSet<LimitKey> _displaced = [];

    public ImmutableSortedSet<LimitInForce>.Builder InForce { get; } = inForce.ToBuilder();

    public ScopedRules<CounterRule> Budgets { get; private set; } = budgets;

    public ScopedRules<LimitRule> RateLimits { get; private set; } = rateLimits;

    public UserFilters OfUsers { get; private set; } = ofUsers;

    public ImmutableSortedDictionary<LimitKey, UnreadableLimit> Unreadable { get; private set; } = unreadable;

    /// <summary>The number of runtime limits that have come, less those that have gone.</summary>
    public int Added { get; private set; }

    /// <summary>The configured limits that give way to a changed runtime limit which counts the same under another id.</summary>
    public IReadOnlyCollection<LimitKey> Displaced => _displaced;

    /// <summary>Adds or replaces a runtime limit.</summary>
    public void Set(LimitDefinition limit) => Change(limit.Key, limit, unreadable: null);

    /// <summary>Adds or replaces a runtime limit that cannot be read.</summary>
    public void Set(UnreadableLimit unreadable) => Change(unreadable.Key, limit: null, unreadable);

    /// <summary>Removes a runtime limit, if there is one.</summary>
    public void Remove(LimitKey key) => Change(key, limit: null, unreadable: null);

    private void Change(LimitKey key, LimitDefinition? limit, UnreadableLimit? unreadable)
    {
        var former = Find(key);
        var configuredOne = configured.ByKey.GetValueOrDefault(key);
        var wasThere = former is { IsRunTime: true } || Unreadable.ContainsKey(key);
        Added += (limit is not null || unreadable is not null ? 1 : 0) - (wasThere ? 1 : 0);
        Unreadable = unreadable is null ? Unreadable.Remove(key) : Unreadable.SetItem(key, unreadable);
        if (former is not null)
            Leave(former);
        var present = limit is null ? configuredOne : new(limit, IsRunTime: true);
        if (present is not null)
            Enter(present);
        // Both are mostly about the same scope. On the scope of a configured limit that is neither of them, another limit stands in its place before and after.
        if (former is not null)
            CountAnew(former.Definition.Scope, key, present);
        if (present is not null && present.Definition.Scope != former?.Definition.Scope)
            CountAnew(present.Definition.Scope, key, present);
    }

    /// <summary>Works out the rules of one scope anew after a runtime limit has changed.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="changed">The limit that has changed.</param>
    /// <param name="present">The limit that has this key now; null for none.</param>
    private void CountAnew(BudgetScope scope, LimitKey changed, LimitInForce? present)
    {
        var added = present is { IsRunTime: true, Definition.IsActive: true } && present.Definition.Scope == scope ? present.Definition : null;
        switch (changed.Kind)
        {
            case LimitKind.Budget:
                Budgets = CountAnew(Budgets, configured.Budgets, scope, changed, added is null ? null : new CounterRule(added.Budget!, LimitSource.RunTime));
                break;
            case LimitKind.RateLimit:
                RateLimits = CountAnew(RateLimits, configured.RateLimits, scope, changed, added is null ? null : RateLimitRules.Of(added.RateLimit!, LimitSource.RunTime));
                break;
            default:
                throw new InvalidOperationException($"There is no kind of limit {changed.Kind}.");
        }
    }

    private ScopedRules<TRule> CountAnew<TRule>(ScopedRules<TRule> all, ScopedRules<TRule> configuredOnes, BudgetScope scope, LimitKey changed, TRule? added)
        where TRule : LimitRule
    {
        var rules = new List<TRule>();
        foreach (var rule in all.DefinedFor(scope))
        {
            if (rule.Source == LimitSource.RunTime && rule.Id != changed.Id)
                rules.Add(rule);
        }
        var ofOptions = configuredOnes.DefinedFor(scope);
        if (added is not null)
            rules.Add(Replacing(added, changed, ofOptions));
        var runTimeCount = rules.Count;
        foreach (var rule in ofOptions)
        {
            var key = changed with { Id = rule.Id };
            var inForce = Find(key);
            if (inForce is { IsRunTime: true })
                continue;
            // Limits of the same name share what they count. Rate limits of different ids have different names: several of them go for one scope.
            if (rules.FindIndex(0, runTimeCount, other => other.Name == rule.Name) >= 0)
            {
                if (inForce is not null)
                    Leave(inForce);
                _displaced.Add(key);
                continue;
            }
            if (inForce is null)
                Enter(configured.ByKey[key]);
            _displaced.Remove(key);
            rules.Add(rule);
        }
        return all.With(scope, rules);
    }

    private TRule Replacing<TRule>(TRule rule, LimitKey key, TRule[] ofOptions) where TRule : LimitRule
    {
        var replaced = configured.ByKey.ContainsKey(key) ? key.Id : Array.Find(ofOptions, other => other.Name == rule.Name)?.Id;
        return replaced is null ? rule : (TRule)rule.Replacing(replaced);
    }

    private LimitInForce? Find(LimitKey key) => InForce.TryGetValue(LimitInForce.Probe(key), out var found) ? found : null;

    private void Enter(LimitInForce entry)
    {
        InForce.Add(entry);
        OfUsers = OfUsers.With(entry.Definition, isGone: false);
    }

    private void Leave(LimitInForce entry)
    {
        InForce.Remove(entry);
        OfUsers = OfUsers.With(entry.Definition, isGone: true);
    }
}
