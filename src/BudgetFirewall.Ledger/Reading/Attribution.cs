using System.Collections.Frozen;

namespace BudgetFirewall.Storage;

/// <summary>All scopes of a request together, and its operation. Not thread-safe.</summary>
/// <param name="ids">The ids of the scopes and of their kinds.</param>
internal sealed class Attribution(IReadOnlyList<(long Kind, long Scope)> ids)
{
    private bool _isNamed;

    /// <summary>The ids of the scopes whose names are still missing.</summary>
    public IEnumerable<long> Unnamed => _isNamed ? [] : ids.Select(id => id.Scope);

    /// <summary>The ids of the scopes that entries name themselves, by their kinds.</summary>
    public FrozenDictionary<string, string> Scopes { get; private set; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The operation that was called; null for none.</summary>
    public string? Operation { get; private set; }

    /// <summary>Fills in the names of its scopes, the first time, and returns itself.</summary>
    /// <exception cref="FormatException">A scope is not there, or is of another kind.</exception>
    public Attribution WithNames(NamedRows<StoredScope> names)
    {
        if (_isNamed)
            return this;
        var scopes = new Dictionary<string, string>(StringComparer.Ordinal);
        string? operation = null;
        foreach (var (kind, id) in ids)
        {
            var scope = names[id];
            if (scope.KindId != kind || (LedgerScopes.IsOwn(scope.Kind) && !scopes.TryAdd(scope.Kind, scope.Id)))
                throw new FormatException($"An entry in the ledger names the scope {id} as one of the kind {kind}, which it is not, or twice.");
            if (LedgerScopes.IsOperation(scope.Kind))
                operation = operation is null ? scope.Id : throw new FormatException("An entry in the ledger names two operations.");
        }
        (Scopes, Operation, _isNamed) = (scopes.ToFrozenDictionary(StringComparer.Ordinal), operation, true);
        return this;
    }
}
