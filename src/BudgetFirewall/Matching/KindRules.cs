using System.Collections.Frozen;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The limits on the scopes of one kind. Immutable; a change of one scope makes a new one that shares all others with it.</summary>
internal sealed class KindRules<TRule> where TRule : LimitRule
{
    private static readonly FrozenDictionary<string, OwnRules<TRule>> None = FrozenDictionary<string, OwnRules<TRule>>.Empty;

    private readonly TRule[] _each;
    private readonly FrozenDictionary<string, OwnRules<TRule>> _first;
    private readonly PersistentMap<OwnRules<TRule>>? _changed;
    private readonly int _maxOwn;

    private KindRules(ScopeKind kind, TRule[] each, FrozenDictionary<string, OwnRules<TRule>> first, PersistentMap<OwnRules<TRule>>? changed, int count, int max, int maxOwn)
    {
        Kind = kind;
        _each = each;
        _first = first;
        _changed = changed;
        _maxOwn = maxOwn;
        Count = count;
        Max = max;
    }

    public ScopeKind Kind { get; }

    /// <summary>The maximum number of limits on one id, or a little more after changes: finding out how many there are left would take a look at all.</summary>
    public int Max { get; }

    public bool IsEmpty => Count == 0 && _each.Length == 0;

    /// <summary>The number of ids that have limits of their own.</summary>
    private int Count { get; }

    public static KindRules<TRule> Of(string kind) => new(new(kind), [], None, changed: null, count: 0, max: 0, maxOwn: 0);

    public static KindRules<TRule> Of(string kind, IEnumerable<TRule> rules)
    {
        var ordered = rules.OrderBy(rule => rule.OrderKey, StringComparer.Ordinal).ToArray();
        TRule[] each = [.. ordered.Where(rule => rule.Scope.IsEach)];
        var byId = ordered.Where(rule => !rule.Scope.IsEach)
            .GroupBy(rule => rule.Scope.Id, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new OwnRules<TRule>([.. group]), StringComparer.Ordinal);
        var max = byId.Values.Select(own => own.With(each).Length).Append(each.Length).Max();
        return new(new(kind), each, byId, changed: null, byId.Count, max, byId.Values.Select(own => own.Rules.Length).Append(0).Max());
    }

    /// <summary>The limits on one id: its own, and those on each id that none of its own replaces.</summary>
    public TRule[] For(string scopeId) => OwnOf(scopeId) is { } own ? own.With(_each) : _each;

    /// <summary>The limits that are defined for a scope, without those on each id where it is one id.</summary>
    public TRule[] DefinedFor(BudgetScope scope) => scope.IsEach ? _each : OwnOf(scope.Id)?.Rules ?? [];

    /// <summary>The same limits but for those that are defined for one scope.</summary>
    public KindRules<TRule> With(BudgetScope scope, IReadOnlyList<TRule> rules)
    {
        TRule[] ordered = rules.Count < 2 ? [.. rules] : [.. rules.OrderBy(rule => rule.OrderKey, StringComparer.Ordinal)];
        return scope.IsEach ? WithEach(ordered) : WithOwn(scope.Id, ordered);
    }

    private KindRules<TRule> WithEach(TRule[] each)
    {
        // An id has at most one limit more for each that no former one has made room for.
        var former = _each.Select(rule => rule.ReplacementKey).ToList();
        var added = each.Count(rule => !former.Remove(rule.ReplacementKey));
        var max = Math.Max(each.Length, Math.Min(_maxOwn + each.Length, Max + added));
        return new(Kind, each, _first, _changed, Count, max, _maxOwn);
    }

    private KindRules<TRule> WithOwn(string scopeId, TRule[] rules)
    {
        var count = Count + (rules.Length > 0 ? 1 : 0) - (OwnOf(scopeId) is { Rules.Length: > 0 } ? 1 : 0);
        var changed = _changed ?? PersistentMap<OwnRules<TRule>>.Empty;
        // What is again as it was at first takes no place, so that the map is as large as what is different now.
        var isAsAtFirst = _first.TryGetValue(scopeId, out var first) ? first.Rules.AsSpan().SequenceEqual(rules) : rules.Length == 0;
        var own = new OwnRules<TRule>(rules);
        changed = isAsAtFirst ? changed.Without(scopeId) : changed.With(scopeId, own);
        return new(Kind, _each, _first, changed.Count == 0 ? null : changed, count, Math.Max(Max, own.CountWith(_each)), Math.Max(_maxOwn, rules.Length));
    }

    private OwnRules<TRule>? OwnOf(string scopeId)
    {
        if (_changed?.Find(scopeId) is { } changed)
            return changed;
        return _first.Count != 0 && _first.TryGetValue(scopeId, out var first) ? first : null;
    }
}
