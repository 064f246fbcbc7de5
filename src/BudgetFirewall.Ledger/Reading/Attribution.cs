using System.Collections.Frozen;

namespace BudgetFirewall.Storage;

/// <summary>All scopes of a request together, and its operation. It is complete when its last row was added. Not thread-safe.</summary>
internal sealed class Attribution
{
    /// <summary>That of a request without scopes.</summary>
    public static readonly Attribution None = new();

    private readonly Dictionary<string, string> _scopes = new(StringComparer.Ordinal);

    /// <summary>The ids of the scopes that entries name themselves, by their kinds.</summary>
    public FrozenDictionary<string, string> Scopes => field ??= _scopes.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The operation that was called; null for none.</summary>
    public string? Operation { get; private set; }

    /// <summary>Adds a scope, its kind being as it is kept.</summary>
    public Attribution With(string storedKind, string scope)
    {
        if (LedgerScopes.IsOperation(storedKind))
            Operation = scope;
        else if (LedgerScopes.IsOwn(storedKind))
            _scopes.Add(storedKind, scope);
        return this;
    }
}
