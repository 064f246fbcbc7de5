namespace BudgetFirewall.Storage;

/// <summary>The name of a budget or rate limit in a catalog. A budget and a rate limit may have the same id.</summary>
/// <param name="Kind">The kind of limit.</param>
/// <param name="Id">Its id.</param>
public readonly record struct LimitKey(LimitKind Kind, string Id)
{
    /// <summary>The order of lists: by kind, and by id within a kind.</summary>
    internal static IComparer<LimitKey> Order { get; } =
        Comparer<LimitKey>.Create((one, other) => one.Kind == other.Kind ? string.CompareOrdinal(one.Id, other.Id) : one.Kind.CompareTo(other.Kind));

    /// <summary>The kind of limit in a sentence.</summary>
    internal string KindText => Kind switch
    {
        LimitKind.Budget => "budget",
        LimitKind.RateLimit => "rate limit",
        _ => throw new InvalidOperationException($"There is no kind of limit {Kind}."),
    };

    /// <summary>The property of the firewall by which limits of the kind are changed.</summary>
    internal string CatalogName => Kind switch
    {
        LimitKind.Budget => "Budgets",
        LimitKind.RateLimit => "RateLimits",
        _ => throw new InvalidOperationException($"There is no kind of limit {Kind}."),
    };
}
