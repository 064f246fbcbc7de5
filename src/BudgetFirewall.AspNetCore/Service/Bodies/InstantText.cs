using System.Globalization;

namespace BudgetFirewall;

/// <summary>Points in time in bodies and queries: a date and time with its distance from UTC, or a date, which is its midnight by UTC.</summary>
internal static class InstantText
{
    public const string Text = "a time such as 2026-03-01T00:00:00Z, or a date, which is its midnight by UTC";

    private const string Time = "yyyy-MM-ddTHH:mm:ss.FFFFFFF";

    /// <summary>The moment of a text; null for none.</summary>
    /// <exception cref="FieldException">The text is neither a time with its distance from UTC nor a date.</exception>
    public static DateTimeOffset? Parse(string? text, string field)
    {
        if (text is null)
            return null;
        // A time that does not say where it is would be another one on another machine.
        if (DateTimeOffset.TryParseExact(text, Time + (text.EndsWith('Z') ? "K" : "zzz"), CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? new(date, TimeOnly.MinValue, TimeSpan.Zero)
            : throw new FieldException(field, $"{field} must be {Text}. In a query, a plus sign is written %2B.");
    }

    /// <exception cref="FieldException">Both times are given, and the second is not after the first.</exception>
    public static void CheckOrder(DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from >= to)
            throw new FieldException("to", "to must be after from.");
    }
}
