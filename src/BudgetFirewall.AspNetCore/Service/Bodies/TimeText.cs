using System.Globalization;

namespace BudgetFirewall;

/// <summary>Reads times of bodies.</summary>
internal static class TimeText
{
    /// <summary>A time; null where there is none.</summary>
    /// <exception cref="FieldException">The text is not of the form [d.]hh:mm:ss[.fffffff].</exception>
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
