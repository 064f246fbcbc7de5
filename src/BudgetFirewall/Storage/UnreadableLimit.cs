namespace BudgetFirewall.Storage;

/// <summary>A runtime budget or rate limit that a store keeps and this version cannot read: it was damaged, or a later version has written it. Immutable.</summary>
/// <param name="Key">The kind and the id that it is kept under, by which it can be removed.</param>
/// <param name="Reason">The reason why it cannot be read, as text for a log.</param>
/// <param name="Scope">The scope that it is about, as far as its readable parts or its id tell; null when it is not known.</param>
public sealed record UnreadableLimit(LimitKey Key, string Reason, BudgetScope? Scope)
{
    /// <summary>True when the limit may concern a request, judged by its scope alone, since its filters are not known.</summary>
    internal bool MayConcern(BudgetRequest request) =>
        Scope is { } scope && Partitions.ScopeIdOf(request, scope.Kind) is { } id && (scope.IsEach || scope.Id == id);
}
