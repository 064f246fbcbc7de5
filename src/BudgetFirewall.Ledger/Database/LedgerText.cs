using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall.Storage;

/// <summary>
/// Text as databases keep it. An id may have the character 0, which Postgres does not store: it is written as the character 26 and a digit, and so is the character 26 itself.
/// </summary>
internal static class LedgerText
{
    private const char Mark = '\u001a';

    [return: NotNullIfNotNull(nameof(text))]
    public static string? ToDatabase(string? text) => text is null || !text.AsSpan().ContainsAny('\0', Mark)
        ? text
        : text.Replace("\u001a", "\u001a1", StringComparison.Ordinal).Replace("\0", "\u001a0", StringComparison.Ordinal);

    public static string FromDatabase(string text) => text.Contains(Mark, StringComparison.Ordinal)
        ? text.Replace("\u001a0", "\0", StringComparison.Ordinal).Replace("\u001a1", "\u001a", StringComparison.Ordinal)
        : text;
}
