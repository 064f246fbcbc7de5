namespace BudgetFirewall;

/// <summary>Selects the requests that a limit is about by provider, model and operation. An empty list selects all.</summary>
internal readonly record struct RequestFilter(IReadOnlyList<string> Providers, IReadOnlyList<string> Models, IReadOnlyList<string> Operations)
{
    // Most limits have no filter, so this is computed once and not with each request.
    public bool IsEmpty { get; } = Providers.Count == 0 && Models.Count == 0 && Operations.Count == 0;

    public bool Matches(BudgetRequest request) => IsEmpty || Names(request);

    private bool Names(BudgetRequest request) =>
        Allows(Providers, request.Provider) && Allows(Models, request.Model) && Allows(Operations, request.Operation);

    /// <summary>The names in ordinal order, once each, so that equal filters are equal text.</summary>
    public static IReadOnlyList<string> CheckNames(IReadOnlyList<string> names, string member)
    {
        ArgumentNullException.ThrowIfNull(names, member);
        foreach (var name in names)
            Identifier.Check(name, member);
        return ValueCollections.Copy([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], member);
    }

    // Lists of a handful of names: a scan is faster than a hash of the request's text.
    private static bool Allows(IReadOnlyList<string> names, string? name)
    {
        if (names.Count == 0)
            return true;
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return true;
        }
        return false;
    }
}
