using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Takes the tokens of a JSON text as it passes.</summary>
internal interface IJsonTarget
{
    /// <summary>Takes a token: a property's name, a value, or the beginning of an object or array.</summary>
    /// <param name="path">
    /// The names that lead to it, joined by dots, with <c>[]</c> for the elements of an array (<c>choices[].delta.content</c>); empty at the root, and where it is too deep or too long to be told.
    /// </param>
    /// <param name="token">The token; of a long string only the beginning.</param>
    /// <param name="cutBytes">The bytes by which a string is longer than the token, with three for each escape of six and one for each of two.</param>
    void OnToken(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes);
}
