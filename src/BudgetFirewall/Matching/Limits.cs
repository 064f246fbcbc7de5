using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The limits in force in a partition: the configured ones, and those of one version of the catalog of runtime limits.
/// Immutable; a change of one limit makes new limits that share nearly everything with these.
/// </summary>
internal sealed class Limits
{
    private readonly ImmutableSortedSet<LimitInForce> _inForce;
    private readonly ImmutableSortedDictionary<LimitKey, UnreadableLimit> _unreadable;
    private readonly UserFilters _ofUsers;

    /// <summary>The configured limits, without runtime limits.</summary>
    public Limits(ConfiguredLimits configured)
        : this(
            configured, "", isWhole: true, configured.InForce, configured.Budgets, configured.RateLimits, configured.OfUsers,
            ImmutableSortedDictionary.Create<LimitKey, UnreadableLimit>(LimitKey.Order), runTimeCount: 0)
    {
    }

    private Limits(
        ConfiguredLimits configured,
        string catalogVersion,
        bool isWhole,
        ImmutableSortedSet<LimitInForce> inForce,
        ScopedRules<CounterRule> budgets,
        ScopedRules<LimitRule> rateLimits,
        UserFilters ofUsers,
        ImmutableSortedDictionary<LimitKey, UnreadableLimit> unreadable,
        int runTimeCount)
    {
        Configured = configured;
        CatalogVersion = catalogVersion;
        IsWhole = isWhole;
        Budgets = budgets;
        RateLimits = rateLimits;
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

    /// <summary>The number of runtime budgets and rate limits, unreadable ones included.</summary>
    public int RunTimeCount { get; }

    /// <summary>The active budgets.</summary>
    public ScopedRules<CounterRule> Budgets { get; }

    /// <summary>The active rate limits.</summary>
    public ScopedRules<LimitRule> RateLimits { get; }

    /// <summary>The runtime limits that cannot be read, budgets first, ordered by id.</summary>
    public IReadOnlyCollection<UnreadableLimit> Unreadable => _unreadable.Count == 0 ? [] : [.. _unreadable.Values];

    public bool HasUnreadable => _unreadable.Count > 0;

    /// <summary>True when there is a limit with a key, be it one that cannot be read.</summary>
    public bool Has(LimitKey key) => Find(key) is not null || _unreadable.ContainsKey(key);

    /// <summary>A limit that cannot be read and may concern a decision on a request; null when there is none, which is nearly always so.</summary>
    public UnreadableLimit? UnreadableFor(BudgetRequest request, DecisionKind kind) => _unreadable.IsEmpty
        ? null
        : _unreadable.Values.FirstOrDefault(limit => limit.MayConcern(request) && !(kind == DecisionKind.CheckRateLimits && limit.Key.Kind == LimitKind.Budget));

    /// <summary>The limit with a key, active or not; null when there is none.</summary>
    public LimitDefinition? Find(LimitKey key) => _inForce.TryGetValue(LimitInForce.Probe(key), out var found) ? found.Definition : null;

    /// <summary>The limits of a kind whose ids come after a given one, inactive ones included, ordered by id.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="after">The id; null to begin with the first.</param>
    /// <param name="count">The most to give; null: all.</param>
    public IReadOnlyList<LimitDefinition> After(LimitKind kind, string? after, int? count)
    {
        // No id is empty, so that the first of a kind comes after that.
        var at = _inForce.IndexOf(LimitInForce.Probe(new(kind, after ?? "")));
        var page = new List<LimitDefinition>();
        for (var i = at < 0 ? ~at : at + 1; i < _inForce.Count && page.Count != count && _inForce[i].Key.Kind == kind; i++)
            page.Add(_inForce[i].Definition);
        return page;
    }

    /// <summary>The budget of an id that was set at run time; null when there is none, or only a configured one.</summary>
    public Budget? FindRunTimeBudget(string id) =>
        _inForce.TryGetValue(LimitInForce.Probe(new(LimitKind.Budget, id)), out var found) && found.IsRunTime ? found.Definition.Budget : null;

    /// <summary>The ids of the pools whose members have budgets.</summary>
    public IReadOnlySet<string> PoolIds => _inForce.Select(entry => entry.Definition.Budget?.PoolId).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>The scopes of the budgets of a pool, switched off or not.</summary>
    public IReadOnlyList<BudgetScope> ScopesOfPool(string poolId) => [.. _inForce.Where(entry => entry.Definition.Budget?.PoolId == poolId && entry.IsRunTime).Select(entry => entry.Definition.Scope)];

    /// <summary>The id of an active limit that counts what a limit would count; null when there is none.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="replaced">Limits that do not matter, as they are replaced.</param>
    public string? TwinOf(LimitDefinition limit, ISet<LimitKey> replaced)
    {
        // Rate limits of different ids never count the same.
        if (limit.Budget is not { } budget)
            return null;
        var name = CounterRule.ReplacementKeyOf(budget);
        foreach (var rule in Budgets.DefinedFor(budget.Scope))
        {
            if (rule.Name == name && !replaced.Contains(limit.Key with { Id = rule.Id }))
                return rule.Id;
        }
        return null;
    }

    /// <summary>The limits that requests of a scope meet: those on the scope, and those on each id of its kind that they do not replace.</summary>
    public IReadOnlyCollection<LimitRule> On(BudgetScope scope) => scope.IsEach
        ? [.. Budgets.DefinedFor(scope), .. RateLimits.DefinedFor(scope)]
        : [.. Budgets.ForScope(scope), .. RateLimits.ForScope(scope)];

    /// <summary>Applies changes of the catalog to these limits.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="displaced">The configured limits that give way to a changed runtime limit which counts the same under another id.</param>
    public Limits With(CatalogChanges changes, out IReadOnlyCollection<LimitKey> displaced)
    {
        var from = changes.StartsOver ? new(Configured) : this;
        var update = new LimitsUpdate(Configured, from._inForce, from.Budgets, from.RateLimits, from._ofUsers, from._unreadable);
        foreach (var key in changes.Removed)
            update.Remove(key);
        foreach (var limit in changes.Set)
            update.Set(limit);
        foreach (var unreadable in changes.Unreadable)
            update.Set(unreadable);
        displaced = update.Displaced;
        var count = from.RunTimeCount + update.Added;
        return new(
            Configured, changes.Version, !changes.HasMore, update.InForce.ToImmutable(), update.Budgets, update.RateLimits, update.OfUsers, update.Unreadable, count);
    }

    /// <summary>The same runtime limits on other configured limits.</summary>
    public Limits On(ConfiguredLimits configured)
    {
        var whole = new CatalogChanges
        {
            Version = CatalogVersion,
            StartsOver = true,
            HasMore = !IsWhole,
            Set = [.. _inForce.Where(entry => entry.IsRunTime).Select(entry => entry.Definition)],
            Unreadable = [.. _unreadable.Values],
        };
        return new Limits(configured).With(whole, out _);
    }

    /// <summary>True when there is a budget of one user, or of each user, that a request without a user might meet if it named one.</summary>
    public bool WouldMeetWithUser(BudgetRequest request) => _ofUsers.Match(request);
}
