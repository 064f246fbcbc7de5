using System.Globalization;

namespace BudgetFirewall;

/// <summary>Reads values of configuration. Each type has one text form, the same in every culture.</summary>
internal static class ConfiguredValue
{
    /// <exception cref="FormatException">The text is no number, or no decimal holds it.</exception>
    public static decimal Decimal(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw new FormatException("must be a number such as 10, 0.05 or 1.5e-7");
        // A number too fine for a decimal is read as zero, and a price or limit of zero is something else.
        var mantissa = text.AsSpan()[..(text.AsSpan().IndexOfAny('e', 'E') is var end and >= 0 ? end : text.Length)];
        if (value == 0 && mantissa.ContainsAnyInRange('1', '9'))
            throw new FormatException("must have at most 28 decimal places");
        return value;
    }

    /// <exception cref="FormatException">The text is no whole number.</exception>
    public static int Integer(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new FormatException("must be a whole number such as 10000");

    /// <exception cref="FormatException">The text is not of the form [d.]hh:mm:ss[.fffffff].</exception>
    public static TimeSpan TimeSpan(string text) =>
        // Shorter forms are refused: "5" would be five days, and "00:30" thirty minutes to one reader and thirty seconds to another.
        text.AsSpan().Count(':') == 2 && System.TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException("must be a time span [days.]hours:minutes:seconds such as 00:05:00 or 1.00:00:00");

    /// <exception cref="FormatException">The text is not true or false.</exception>
    public static bool Boolean(string text) =>
        bool.TryParse(text, out var value) ? value : throw new FormatException("must be true or false");

    /// <summary>A member of an enumeration, in capital or small letters, with or without underscores: <c>TokenBucket</c>, <c>token_bucket</c>.</summary>
    /// <exception cref="FormatException">The text is not one of the names; numbers are none.</exception>
    public static T Name<T>(string text) where T : struct, Enum
    {
        var name = text.Trim().Replace("_", "", StringComparison.Ordinal);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(name, value.ToString(), StringComparison.OrdinalIgnoreCase))
                return value;
        }
        throw new FormatException($"must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
