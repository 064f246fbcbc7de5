namespace BudgetFirewall;

/// <summary>Selects the requests that a limit is about by provider, model, operation and dimensions. An empty list selects all.</summary>
/// <param name="Providers">The providers.</param>
/// <param name="Models">The models.</param>
/// <param name="Operations">The operations.</param>
/// <param name="Dimensions">The ids by kind of dimension.</param>
/// <param name="SelectsNoModel">True when a request that names no model is selected too, although there are <paramref name="Models"/>.</param>
internal readonly record struct RequestFilter(
    IReadOnlyList<string> Providers, IReadOnlyList<string> Models, IReadOnlyList<string> Operations, DimensionFilter Dimensions, bool SelectsNoModel)
{
    public bool IsEmpty => Providers.Count == 0 && Models.Count == 0 && Operations.Count == 0 && Dimensions.Count == 0;

    public bool Matches(BudgetRequest request) =>
        Allows(Providers, request.Provider) && (Allows(Models, request.Model) || (SelectsNoModel && request.Model is null))
        && Allows(Operations, request.Operation) && Dimensions.Matches(request);

    /// <summary>The names in ordinal order, once each, so that equal filters are equal text.</summary>
    public static IReadOnlyList<string> CheckNames(IReadOnlyList<string> names, string member)
    {
        ArgumentNullException.ThrowIfNull(names, member);
        foreach (var name in names)
            Identifier.Check(name, member);
        return ValueCollections.Copy([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], member);
    }

    // Lists of a handful of names: a scan is faster than a hash of the request's text.
    public static bool Has(IReadOnlyList<string> names, string? name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return true;
        }
        return false;
    }

    private static bool Allows(IReadOnlyList<string> names, string? name) => names.Count == 0 || Has(names, name);
}
