using System.Collections.ObjectModel;

namespace BudgetFirewall;

/// <summary>
/// The dimensions that a request must have to be selected: of each kind one of the ids. Kinds and ids stand in ordinal order, once each. Compares by content; immutable.
/// </summary>
internal sealed class DimensionFilter : ReadOnlyDictionary<string, IReadOnlyList<string>>, IEquatable<DimensionFilter>
{
    private readonly KeyValuePair<string, IReadOnlyList<string>>[] _kinds;

    private DimensionFilter(KeyValuePair<string, IReadOnlyList<string>>[] kinds)
        : base(new Dictionary<string, IReadOnlyList<string>>(kinds, StringComparer.Ordinal)) => _kinds = kinds;

    /// <summary>Selects all requests.</summary>
    public static DimensionFilter None { get; } = new([]);

    /// <summary>The kinds with their ids, in ordinal order.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> InOrder => _kinds;

    public static DimensionFilter Of(IReadOnlyDictionary<string, IReadOnlyList<string>> dimensions, string member)
    {
        ArgumentNullException.ThrowIfNull(dimensions, member);
        return dimensions switch
        {
            DimensionFilter filter => filter,
            { Count: 0 } => None,
            _ => new([.. dimensions.Select(dimension => Checked(dimension.Key, dimension.Value, member)).OrderBy(dimension => dimension.Key, StringComparer.Ordinal)]),
        };
    }

    public bool Matches(BudgetRequest request)
    {
        foreach (var (kind, ids) in _kinds)
        {
            if (request.Dimensions?.GetValueOrDefault(kind) is not { } id || !RequestFilter.Has(ids, id))
                return false;
        }
        return true;
    }

    public bool Equals(DimensionFilter? other) =>
        other is not null && (ReferenceEquals(this, other)
            || (_kinds.Length == other._kinds.Length && _kinds.Zip(other._kinds).All(pair => pair.First.Key == pair.Second.Key && ValueCollections.Same(pair.First.Value, pair.Second.Value))));

    public override bool Equals(object? obj) => Equals(obj as DimensionFilter);

    public override int GetHashCode() => _kinds.Aggregate(_kinds.Length, (hash, kind) => HashCode.Combine(hash, kind.Key, ValueCollections.Hash(kind.Value)));

    public override string ToString() => string.Join("; ", _kinds.Select(kind => $"{kind.Key}={string.Join(',', kind.Value)}"));

    private static KeyValuePair<string, IReadOnlyList<string>> Checked(string kind, IReadOnlyList<string> ids, string member)
    {
        Identifier.CheckKind(kind, member);
        if (ScopeKinds.IsWellKnown(kind))
            throw new ArgumentException($"{member} must not name the well-known kind '{kind}': Providers and Models are filters of their own, and users and projects are scopes.", member);
        var names = RequestFilter.CheckNames(ids, $"{member}[{DisplayText.Escape(kind)}]");
        return names.Count > 0
            ? new(kind, names)
            : throw new ArgumentException(DisplayText.Escape($"{member} must name at least one id of the kind '{kind}'."), member);
    }
}
