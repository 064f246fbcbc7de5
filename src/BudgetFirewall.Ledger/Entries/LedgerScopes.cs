namespace BudgetFirewall;

/// <summary>The kinds of scopes by which entries are found and reported.</summary>
internal static class LedgerScopes
{
    public const string Global = "global";
    public const string Provider = "provider";
    public const string Project = "project";
    public const string User = "user";
    public const string Model = "model";

    /// <summary>The operation that is called. A dimension of this name is found by no query.</summary>
    public const string Operation = "operation";

    /// <summary>The kind under which operations are kept. No dimension's kind has an equals sign.</summary>
    private const string StoredOperation = "operation=";

    private static readonly string[] Named = [Provider, Project, User, Model, Operation, "tenant", "feature"];

    /// <summary>True for kinds that may be asked for before any entry has them.</summary>
    public static bool IsWellKnown(string kind) => Named.Contains(kind);

    /// <summary>The name under which a kind is kept.</summary>
    public static string Stored(string kind) => kind == Operation ? StoredOperation : kind;

    /// <exception cref="ArgumentException">A kind is one that every entry has, or that could be taken for another, or a text is empty.</exception>
    public static IReadOnlyDictionary<string, string> Checked(IReadOnlyDictionary<string, string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        foreach (var (kind, id) in scopes)
        {
            if (kind is "" or Global || kind.Contains('=', StringComparison.Ordinal) || string.IsNullOrEmpty(id))
                throw new ArgumentException(DisplayText.Escape($"Scopes cannot have '{kind}' with the id '{id}'."), nameof(scopes));
        }
        return scopes;
    }

    /// <summary>The kinds and ids of an entry as they are kept, in one order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(LedgerEntry entry)
    {
        var scopes = entry.Scopes.OrderBy(scope => scope.Key, StringComparer.Ordinal);
        return entry.Operation is { } operation ? scopes.Prepend(new(StoredOperation, operation)) : scopes;
    }

    public static bool IsOperation(string storedKind) => storedKind == StoredOperation;
}
