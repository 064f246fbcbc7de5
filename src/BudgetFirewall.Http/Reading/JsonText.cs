using System.Text.Json;

namespace BudgetFirewall;

internal static class JsonText
{
    /// <summary>Reads a string token as text.</summary>
    /// <returns>False when it is not text: JSON may hold half of a surrogate pair, or bytes that are not UTF-8.</returns>
    public static bool TryGet(ref Utf8JsonReader token, out string? text)
    {
        try
        {
            text = token.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}
