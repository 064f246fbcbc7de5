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

    /// <summary>The kind under which partitions are kept, so that whatever is asked of one partition is asked of one scope more.</summary>
    public const string StoredPartition = "partition=";

    private static readonly string[] Named = [Provider, Project, User, Model, Operation, "tenant", "feature"];

    /// <summary>True for kinds that may be asked for before any entry has them.</summary>
    public static bool IsWellKnown(string kind) => Named.Contains(kind);

    /// <summary>The name under which a kind is kept.</summary>
    public static string Stored(string kind) => kind == Operation ? StoredOperation : kind;

    /// <exception cref="ArgumentException">A kind is one that every entry has, or that could be taken for another, or a text is empty.</exception>
    public static IReadOnlyDictionary<string, string> Checked(IReadOnlyDictionary<string, string> scopes, string member)
    {
        ArgumentNullException.ThrowIfNull(scopes, member);
        foreach (var (kind, id) in scopes)
        {
            if (kind is "" or Global || kind.Contains('=', StringComparison.Ordinal) || string.IsNullOrEmpty(id))
                throw new ArgumentException(DisplayText.Escape($"{member} cannot have '{kind}' with the id '{id}'."), member);
        }
        return scopes;
    }

    /// <summary>The kinds and ids of an entry as they are kept, in one order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(LedgerEntry entry)
    {
        IEnumerable<KeyValuePair<string, string>> scopes = entry.Scopes.OrderBy(scope => scope.Key, StringComparer.Ordinal);
        if (entry.Operation is { } operation)
            scopes = scopes.Prepend(new(StoredOperation, operation));
        return entry.Partition is { } partition ? scopes.Prepend(new(StoredPartition, partition)) : scopes;
    }

    /// <summary>The kinds of <see cref="Of"/>, in any order; null in the place of one that the entry does not have.</summary>
    public static IEnumerable<string?> KindsOf(LedgerEntry entry) =>
        [entry.Operation is null ? null : StoredOperation, entry.Partition is null ? null : StoredPartition, .. entry.Scopes.Keys];

    /// <summary>The kinds and ids, as they are kept, that entries must have to be of a partition and of some scopes. Every entry is of the global one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Filters(string? partition, IReadOnlyDictionary<string, string> scopes)
    {
        var filters = scopes.Where(scope => scope.Key != Global).Select(scope => KeyValuePair.Create(Stored(scope.Key), scope.Value));
        return partition is null ? filters : filters.Prepend(new(StoredPartition, partition));
    }

    public static bool IsOperation(string storedKind) => storedKind == StoredOperation;

    /// <summary>True for the kind of a scope that the entry itself names.</summary>
    public static bool IsOwn(string storedKind) => storedKind is not (StoredOperation or StoredPartition);
}
