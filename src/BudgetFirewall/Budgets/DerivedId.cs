using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall;

/// <summary>Derives the names of limits that were given none. They are readable, and different for different contents.</summary>
internal static class DerivedId
{
    private static readonly SearchValues<char> Separators = SearchValues.Create("%/,;[]");

    public static string Of(BudgetScope scope, string calendarName, string? unit, Enforcement enforcement, RequestFilter filter) =>
        Shorten(ScopeText(scope) + ApartText(enforcement) + "/" + calendarName + UnitText(unit) + FilterText(filter));

    public static string Of(BudgetScope scope, string? unit, Enforcement enforcement, RequestFilter filter) =>
        Shorten(ScopeText(scope) + ApartText(enforcement) + "/rate" + UnitText(unit) + FilterText(filter));

    /// <summary>The id of the budget of a pool's member.</summary>
    public static string OfMember(string prefix, string poolId, BudgetScope scope) => Shorten(prefix + Escape(poolId) + "/" + ScopeText(scope), digestMark: ';');

    public static string FamilyName(string kind, string calendarName, string? unit, Enforcement enforcement, RequestFilter filter) =>
        Escape(kind) + ApartText(enforcement) + "/" + calendarName + UnitText(unit) + FilterText(filter);

    /// <summary>The name of the queues of throttled budgets. No calendar is called throttle, and no algorithm.</summary>
    public static string ThrottleName(string kind, string calendarName, string? unit, RequestFilter filter) =>
        Escape(kind) + "/throttle/" + calendarName + UnitText(unit) + FilterText(filter);

    public static string RateLimitName(string kind, string stateName, string? explicitId, string? unit, Enforcement enforcement, RequestFilter filter) =>
        Escape(kind) + ApartText(enforcement) + "/" + stateName + UnitText(unit) + FilterText(filter) + (explicitId is null ? "" : ";" + Escape(explicitId));

    // No calendar has this name. The name of a unit comes after that of the calendar, which can be told from it.
    private static string ApartText(Enforcement enforcement) => EnforcementTraits.Of(enforcement) is { CountsApart: true, Name: var name } ? "/" + name : "";

    /// <summary>The text of a filter: equal for equal filters, different for different ones, and empty for a filter that selects all requests.</summary>
    public static string FilterText(RequestFilter filter) => filter.IsEmpty
        ? ""
        : "[" + string.Join(';', FilterTexts(filter)) + "]";

    private static IEnumerable<string> FilterTexts(RequestFilter filter) =>
    [
        .. NamesText("providers", filter.Providers),
        .. NamesText("models", filter.Models),
        .. filter.SelectsNoModel ? (string[])["no_model"] : [],
        .. NamesText("operations", filter.Operations),
        // A kind has no '=', and may have the name of one of the other lists.
        .. filter.Dimensions.InOrder.SelectMany(dimension => NamesText("dimensions." + Escape(dimension.Key), dimension.Value)),
    ];

    private static IEnumerable<string> NamesText(string label, IReadOnlyList<string> names) =>
        names.Count == 0 ? [] : [label + "=" + string.Join(',', names.Select(Escape))];

    private static string ScopeText(BudgetScope scope) => Escape(scope.ToString());

    private static string UnitText(string? unit) => unit is null ? "" : "/" + Escape(unit);

    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(Separators))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = Separators.Contains(c) ? escaped.Append('%').Append(((int)c).ToString("X2")) : escaped.Append(c);
        return escaped.ToString();
    }

    // An id is at most 256 characters; past that a digest of the whole keeps it unique. Where the mark is a separator, which whole ids have none of, no other member can be named as a shortened id is.
    private static string Shorten(string id, char digestMark = '~')
    {
        if (id.Length <= Identifier.MaxLength)
            return id;
        var head = char.IsHighSurrogate(id[199]) ? id[..199] : id[..200];
        return head + digestMark + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));
    }
}
