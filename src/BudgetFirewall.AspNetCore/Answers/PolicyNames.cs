using System.Buffers;

namespace BudgetFirewall;

/// <summary>
/// Names of limits for callers: the kind of the scope and the period or unit, as <c>user-day</c>. Neither the scope's id nor the limit's is in them,
/// since those may name somebody else.
/// </summary>
internal sealed class PolicyNames
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);

    public string Of(BudgetState budget) => Distinct($"{budget.Scope.Kind}-{budget.Period}{Suffix(budget.Unit)}");

    public string Of(RateLimitState rateLimit) => Distinct($"{rateLimit.Scope.Kind}-rate{Suffix(rateLimit.Unit)}");

    private static string Suffix(string? unit) => unit is null ? "" : "-" + unit;

    private string Distinct(string name)
    {
        name = Printable(name);
        var count = _used[name] = _used.GetValueOrDefault(name) + 1;
        return count == 1 ? name : Distinct($"{name}-{count}");
    }

    /// <summary>
    /// Replaces by underscores the characters that a structured field's string cannot have (all but ASCII) or would have to escape (quotes and backslashes).
    /// </summary>
    public static string Printable(string text) => !text.AsSpan().ContainsAnyExcept(Plain)
        ? text
        : string.Create(text.Length, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = Plain.Contains(from[i]) ? from[i] : '_';
        });
}
