using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Takes the tokens of a JSON text as it passes.</summary>
internal interface IJsonTarget
{
    /// <summary>Takes a token: a property's name, a value, or the beginning of an object or array.</summary>
    /// <param name="path">
    /// The names that lead to it, joined by dots, with <c>[]</c> for the elements of an array (<c>choices[].delta.content</c>); empty at the root, and where it is too deep or too long to be told.
    /// </param>
    /// <param name="token">The token; for a long string, only its beginning.</param>
    /// <param name="cutBytes">
    /// The number of bytes by which a string is longer than the token. An escape of six characters counts as three bytes, one of two as one.
    /// </param>
    void OnToken(ReadOnlySpan<byte> path, ref Utf8JsonReader token, long cutBytes);
}
