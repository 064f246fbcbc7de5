using System.Collections.Frozen;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Limits by the scopes they are about, in the fixed order of decisions: kinds first, then periods and names. Immutable.</summary>
internal sealed class ScopedRules<TRule> where TRule : LimitRule
{
    private static readonly string[] WellKnownOrder = [ScopeKinds.Global, ScopeKinds.Provider, ScopeKinds.Project, ScopeKinds.User, ScopeKinds.Model];

    private readonly KindRules[] _kinds;

    public ScopedRules(IEnumerable<TRule> rules)
    {
        IReadOnlyCollection<TRule> all = [.. rules];
        CountsUnits = all.Any(rule => rule.Unit is not null);
        _kinds = [.. all
            .GroupBy(rule => rule.Scope.Kind, StringComparer.Ordinal)
            .OrderBy(group => Array.IndexOf(WellKnownOrder, group.Key) is var at and >= 0 ? at : int.MaxValue)
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new KindRules(group.Key, group))];
        MaxPerRequest = _kinds.Sum(kind => kind.Max);
    }

    public int KindCount => _kinds.Length;

    /// <summary>The kinds of scopes that there are limits on.</summary>
    public IEnumerable<string> Kinds => _kinds.Select(kind => kind.Kind.Name);

    /// <summary>True when a limit counts a usage unit.</summary>
    public bool CountsUnits { get; }

    /// <summary>The maximum number of limits that one request can match.</summary>
    public int MaxPerRequest { get; }

    /// <summary>The id of a request's scope of one of the kinds, and the limits on it; no limits when the request names none.</summary>
    public TRule[] ForRequest(int kind, BudgetRequest request, out string scopeId)
    {
        scopeId = _kinds[kind].Kind.IdOf(request) ?? "";
        return scopeId.Length == 0 ? [] : _kinds[kind].For(scopeId);
    }

    /// <summary>Every limit on one scope, whatever its filter.</summary>
    public TRule[] ForScope(BudgetScope scope)
    {
        foreach (var kind in _kinds)
        {
            if (kind.Kind.Name == scope.Kind)
                return kind.For(scope.Id);
        }
        return [];
    }

    private sealed class KindRules
    {
        private readonly TRule[] _each;
        private readonly FrozenDictionary<string, TRule[]> _byId;

        public KindRules(string kind, IEnumerable<TRule> rules)
        {
            Kind = new(kind);
            var ordered = rules.OrderBy(rule => rule.OrderKey, StringComparer.Ordinal).ToArray();
            _each = [.. ordered.Where(rule => rule.Scope.IsEach)];
            _byId = ordered.Where(rule => !rule.Scope.IsEach)
                .GroupBy(rule => rule.Scope.Id, StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => Merge([.. group]), StringComparer.Ordinal);
        }

        public ScopeKind Kind { get; }

        public int Max => _byId.Values.Select(own => own.Length).Append(_each.Length).Max();

        public TRule[] For(string scopeId) => _byId.Count != 0 && _byId.TryGetValue(scopeId, out var own) ? own : _each;

        private TRule[] Merge(TRule[] own) =>
            [.. _each.Where(each => !own.Any(rule => rule.ReplacementKey == each.ReplacementKey)).Concat(own).OrderBy(rule => rule.OrderKey, StringComparer.Ordinal)];
    }
}
