using System.Globalization;

namespace BudgetFirewall;

/// <summary>
/// Recognises names of models that end in a date: <c>gpt-4o-2024-08-06</c>, <c>claude-sonnet-4-20250514</c>, <c>claude-sonnet-4@20250514</c>.
/// </summary>
internal static class DatedName
{
    private static readonly string[] Endings = ["-yyyy-MM-dd", "-yyyyMMdd", "@yyyyMMdd"];

    /// <summary>The name without its date; null for a name without one.</summary>
    public static string? BaseOf(string name)
    {
        foreach (var ending in Endings)
        {
            var start = name.Length - ending.Length;
            if (start > 0 && name[start] == ending[0] && IsDate(name.AsSpan(start + 1), ending.AsSpan(1)))
                return name[..start];
        }
        return null;
    }

    private static bool IsDate(ReadOnlySpan<char> text, ReadOnlySpan<char> format) =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 2000 and < 2100;
}
