using System.Globalization;

namespace BudgetFirewall;

/// <summary>A length of time in a body, as hours, minutes and seconds.</summary>
internal static class TimeText
{
    /// <exception cref="FieldException">The text is no length of time.</exception>
    public static TimeSpan? Parse(string? text, string field)
    {
        if (text is null)
            return null;
        // Shorter forms are refused: "5" would be five days, and "00:30" thirty minutes to one reader and thirty seconds to another.
        return text.AsSpan().Count(':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time)
            ? time
            : throw new FieldException(field, $"{field} must be a time [days.]hours:minutes:seconds such as 00:01:00.");
    }
}
