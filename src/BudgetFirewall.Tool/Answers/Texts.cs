using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall.Tool;

/// <summary>Amounts, times and names as the HTTP service writes them, so that both ways give the same text.</summary>
internal static class Texts
{
    private const int MostDigits = 28;
    private const string Time = "yyyy-MM-ddTHH:mm:ss.FFFFFFF";
    private static readonly SearchValues<char> AmountCharacters = SearchValues.Create("0123456789.");

    /// <summary>An exact decimal without trailing zeros.</summary>
    public static string Of(decimal amount) => (amount / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString(Time + "'Z'", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="ToolException">The text is no decimal, or has more digits than a decimal is sure to keep.</exception>
    public static decimal Decimal(string text, string name)
    {
        if (text.AsSpan().IndexOfAnyExcept(AmountCharacters) >= 0 || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            throw new ToolException(ExitCode.BadInput, $"{name} must be an amount such as 12.50, not '{text}'.");
        // An amount that was typed is meant to the last digit, and a decimal would round the rest.
        return text.Replace(".", "", StringComparison.Ordinal).TrimStart('0').Length <= MostDigits
            ? amount
            : throw new ToolException(ExitCode.BadInput, $"{name} has more than {MostDigits} digits: '{text}'.");
    }

    /// <exception cref="ToolException">The text is neither a time that says its distance from UTC nor a date.</exception>
    public static DateTimeOffset Moment(string text, string name)
    {
        if (DateTimeOffset.TryParseExact(text, Time + (text.EndsWith('Z') ? "K" : "zzz"), CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? new(date, TimeOnly.MinValue, TimeSpan.Zero)
            : throw new ToolException(ExitCode.BadInput, $"{name} must be a time such as 2026-03-01T00:00:00Z, or a date, which is its midnight by UTC, not '{text}'.");
    }

    /// <exception cref="ToolException">There is no member of that name.</exception>
    public static TEnum Member<TEnum>(string text, string name) where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(Of(value), text, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        throw new ToolException(ExitCode.BadInput, $"{name} must be one of {string.Join(", ", Enum.GetValues<TEnum>().Select(Of))}, not '{text}'.");
    }
}
