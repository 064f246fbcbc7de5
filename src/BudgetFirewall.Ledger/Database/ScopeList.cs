using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BudgetFirewall.Storage;

/// <summary>The scopes of an attribution as the database keeps them: a JSON object with the id of a scope by the id of its kind, as <c>{"3":12,"5":40}</c>.</summary>
internal static class ScopeList
{
    private const int UsualLength = 16;

    /// <summary>The text of some scopes, in their order.</summary>
    public static string Of(IReadOnlyList<(long Kind, long Scope)> scopes)
    {
        var text = new StringBuilder("{", 2 + (scopes.Count * UsualLength));
        foreach (var (kind, scope) in scopes)
            text.Append(text.Length > 1 ? ",\"" : "\"").Append(kind).Append("\":").Append(scope);
        return text.Append('}').ToString();
    }

    /// <summary>The scopes of a text.</summary>
    /// <exception cref="FormatException">The text is not, to the letter, what <see cref="Of"/> gives.</exception>
    public static IReadOnlyList<(long Kind, long Scope)> Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var scopes = json.RootElement.EnumerateObject().Select(scope => (long.Parse(scope.Name, NumberStyles.None, CultureInfo.InvariantCulture), scope.Value.GetInt64())).ToList();
            return Of(scopes) == text ? scopes : throw Unreadable(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw Unreadable(text, e);
        }
    }

    private static FormatException Unreadable(string text, Exception? cause = null) => new($"The scopes of an entry in the ledger cannot be read: {DisplayText.Escape(text)}", cause);
}
