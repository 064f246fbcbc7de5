using System.Buffers;
using System.Globalization;
using System.Text;

namespace BudgetFirewall;

/// <summary>
/// Makes text that strangers may have written safe to show in a log, a terminal or a page. Ids are data: they may hold line breaks, the escape sequences of
/// terminals, and marks that change the direction of the text after them.
/// The library's own messages, logs, decision texts and tags are escaped by this; use it for ids that an application prints itself. Thread-safe.
/// </summary>
/// <example><code>
/// Console.WriteLine($"{DisplayText.Escape(userId)} has spent {spent}");
/// </code></example>
public static class DisplayText
{
    // The control characters, and invisible characters that change the visible ones: soft hyphen, marks and overrides of direction, separators of lines and
    // paragraphs, characters without width.
    // The joiners U+200C and U+200D stay: some scripts and many emoji cannot be written without them.
    private static readonly SearchValues<char> Escaped = SearchValues.Create([
        .. Range(0x00, 0x1F), .. Range(0x7F, 0x9F), '\u00AD', '\u061C', '\u180E', '\u200B', '\u200E', '\u200F', .. Range(0x2028, 0x202E), .. Range(0x2060, 0x206F), '\uFEFF', .. Range(0xFFF9, 0xFFFB)]);

    /// <summary>Replaces each control character, mark of direction and invisible separator by its code, as <c>\u001B</c>. Anything else stays, backslashes too, so the result is for reading and not for parsing.</summary>
    /// <param name="text">The text; null stays null.</param>
    /// <returns>The escaped text; the text itself when there is nothing to replace.</returns>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Escape(string? text)
    {
        var at = text.AsSpan().IndexOfAny(Escaped);
        if (at < 0)
            return text;
        var escaped = new StringBuilder(text, 0, at, text!.Length + 32);
        foreach (var c in text.AsSpan(at))
            _ = Escaped.Contains(c) ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : escaped.Append(c);
        return escaped.ToString();
    }

    private static IEnumerable<char> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);
}
