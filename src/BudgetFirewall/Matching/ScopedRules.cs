using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Limits by the scopes they are about, in the fixed order of decisions: kinds first, then periods and names.
/// Immutable; a change of one scope makes a new one that shares all others with it.
/// </summary>
internal sealed class ScopedRules<TRule> where TRule : LimitRule
{
    private static readonly string[] WellKnownOrder = [ScopeKinds.Global, ScopeKinds.Provider, ScopeKinds.Project, ScopeKinds.User, ScopeKinds.Model];

    private readonly KindRules<TRule>[] _kinds;

    public ScopedRules(IReadOnlyCollection<TRule> rules)
        : this(Ordered(rules.GroupBy(rule => rule.Scope.Kind, StringComparer.Ordinal).Select(group => KindRules<TRule>.Of(group.Key, group))), countsUnits: rules.Any(rule => rule.Unit is not null))
    {
    }

    private ScopedRules(KindRules<TRule>[] kinds, bool countsUnits)
    {
        _kinds = kinds;
        CountsUnits = countsUnits;
        foreach (var kind in kinds)
            MaxPerRequest += kind.Max;
    }

    public int KindCount => _kinds.Length;

    /// <summary>The kinds of scopes that there are limits on.</summary>
    public IEnumerable<string> Kinds => _kinds.Select(kind => kind.Kind.Name);

    /// <summary>True when a limit counts a usage unit, or did before a change.</summary>
    public bool CountsUnits { get; }

    /// <summary>The maximum number of limits that one request can match, or a little more after changes.</summary>
    public int MaxPerRequest { get; }

    /// <summary>The id of a request's scope of one of the kinds, and the limits on it; no limits when the request names none.</summary>
    public TRule[] ForRequest(int kind, BudgetRequest request, out string scopeId)
    {
        scopeId = _kinds[kind].Kind.IdOf(request) ?? "";
        return scopeId.Length == 0 ? [] : _kinds[kind].For(scopeId);
    }

    /// <summary>Every limit on one scope, whatever its filter.</summary>
    public TRule[] ForScope(BudgetScope scope) => Find(scope.Kind)?.For(scope.Id) ?? [];

    /// <summary>The limits that are defined for a scope, be it one id or each; without those on each id where it is one.</summary>
    public TRule[] DefinedFor(BudgetScope scope) => Find(scope.Kind)?.DefinedFor(scope) ?? [];

    /// <summary>The same limits but for those that are defined for one scope.</summary>
    public ScopedRules<TRule> With(BudgetScope scope, IReadOnlyList<TRule> rules)
    {
        var former = Find(scope.Kind);
        var changed = (former ?? KindRules<TRule>.Of(scope.Kind)).With(scope, rules);
        var countsUnits = CountsUnits || rules.Any(rule => rule.Unit is not null);
        if (former is null || changed.IsEmpty)
            return new(Ordered(_kinds.Where(kind => kind != former).Concat(changed.IsEmpty ? [] : [changed])), countsUnits);
        KindRules<TRule>[] kinds = [.. _kinds];
        kinds[Array.IndexOf(_kinds, former)] = changed;
        return new(kinds, countsUnits);
    }

    private KindRules<TRule>? Find(string kind)
    {
        foreach (var rules in _kinds)
        {
            if (rules.Kind.Name == kind)
                return rules;
        }
        return null;
    }

    private static KindRules<TRule>[] Ordered(IEnumerable<KindRules<TRule>> kinds) =>
        [.. kinds.OrderBy(rules => Place(rules.Kind.Name)).ThenBy(rules => rules.Kind.Name, StringComparer.Ordinal)];

    private static int Place(string kind) => Array.IndexOf(WellKnownOrder, kind) is var at and >= 0 ? at : int.MaxValue;
}
