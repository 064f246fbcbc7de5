using System.Buffers;
using System.Globalization;

namespace BudgetFirewall;

/// <summary>Reads the forms in which providers write times into headers. Gives null for anything else, and never a negative time.</summary>
internal static class HeaderTime
{
    private const int LongestText = 64;

    // Numbers above it are taken for times of day, in seconds since 1970: as a time to wait they would be 31 years.
    private const decimal LeastUnixSeconds = 1_000_000_000m;

    private static readonly SearchValues<char> PartsOfNumbers = SearchValues.Create("0123456789.");

    private static readonly string[] DateFormats =
    [
        "r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy",
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    // No provider means more, and it leaves room for adding it to any time.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>True for the number 0.</summary>
    public static bool IsZero(string? text) => Number(text) == 0;

    /// <summary>A time in milliseconds, as <c>1500</c>.</summary>
    public static TimeSpan? Milliseconds(string? text) => Number(text) is { } number ? Seconds(number / 1_000m) : null;

    /// <summary>
    /// The time until a moment: seconds, as <c>30</c> or <c>1.5</c>; with units, as <c>6m0s</c> or <c>20ms</c>; seconds since 1970; a date of HTTP, as <c>Sun, 06 Nov 1994 08:49:37 GMT</c>; or one of RFC 3339, as
    /// <c>2026-03-10T12:00:30Z</c>.
    /// </summary>
    public static TimeSpan? Until(string? text, DateTimeOffset now)
    {
        if (Number(text) is { } number)
            return Seconds(number >= LeastUnixSeconds ? number - ((now - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond) : number);
        if (text is not { Length: > 0 and <= LongestText })
            return null;
        if (DateTimeOffset.TryParseExact(text.Trim(), DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return date > now ? Least(date - now) : TimeSpan.Zero;
        return WithUnits(text.Trim());
    }

    private static TimeSpan? WithUnits(ReadOnlySpan<char> text)
    {
        var seconds = 0m;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(PartsOfNumbers);
            if (digits <= 0 || Number(text[..digits]) is not { } number)
                return null;
            text = text[digits..];
            var end = text.IndexOfAnyInRange('0', '9');
            var unit = end < 0 ? text : text[..end];
            if (SecondsOf(unit) is not { } factor)
                return null;
            seconds += number * factor;
            text = text[unit.Length..];
        }
        return Seconds(seconds);
    }

    private static decimal? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "d" => 86_400m,
        "h" => 3_600m,
        "m" => 60m,
        "s" => 1m,
        "ms" => 0.001m,
        "us" or "µs" => 0.000_001m,
        "ns" => 0.000_000_001m,
        _ => null,
    };

    private static decimal? Number(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 20 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static TimeSpan Seconds(decimal seconds) => seconds <= 0 ? TimeSpan.Zero
        : seconds >= (decimal)Longest.TotalSeconds ? Longest
        : TimeSpan.FromTicks((long)decimal.Ceiling(seconds * TimeSpan.TicksPerSecond));

    private static TimeSpan Least(TimeSpan time) => time < Longest ? time : Longest;
}
