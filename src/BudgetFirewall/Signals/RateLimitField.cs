using System.Globalization;

namespace BudgetFirewall;

/// <summary>
/// Reads the header <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers-11: <c>"name";r=0;t=30</c>, several of them separated by commas. Of each it is asked whether nothing remains, and for
/// how long. What is malformed is left out.
/// </summary>
internal static class RateLimitField
{
    private const int LongestField = 4_096;

    /// <summary>The longest time until requests, and until tokens are admitted again; null where some remain. A limit whose name speaks of tokens is one of tokens.</summary>
    public static (TimeSpan? Requests, TimeSpan? Tokens) Read(string? field)
    {
        TimeSpan? requests = null, tokens = null;
        if (field is not { Length: > 0 and <= LongestField })
            return (requests, tokens);
        for (var rest = field.AsSpan(); !rest.IsEmpty;)
        {
            var item = Next(ref rest, ',');
            var name = Next(ref item, ';').Trim();
            if (ResetOf(item) is not { } reset)
                continue;
            if (name.Contains("token", StringComparison.OrdinalIgnoreCase))
                tokens = tokens > reset ? tokens : reset;
            else
                requests = requests > reset ? requests : reset;
        }
        return (requests, tokens);
    }

    /// <summary>The time of an item of which nothing remains.</summary>
    private static TimeSpan? ResetOf(ReadOnlySpan<char> parameters)
    {
        long? remaining = null, seconds = null;
        while (!parameters.IsEmpty)
        {
            var parameter = Next(ref parameters, ';').Trim();
            if (parameter.StartsWith("r=", StringComparison.Ordinal))
                remaining = WholeNumber(parameter[2..]);
            else if (parameter.StartsWith("t=", StringComparison.Ordinal))
                seconds = WholeNumber(parameter[2..]);
        }
        return remaining == 0 && seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds.Value, 366 * 86_400)) : null;
    }

    private static long? WholeNumber(ReadOnlySpan<char> text) =>
        text.Length <= 15 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Takes what stands before a separator that is in no quotes.</summary>
    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest, char separator)
    {
        var isQuoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '\\' && isQuoted)
                i++;
            else if (rest[i] == '"')
                isQuoted = !isQuoted;
            else if (rest[i] == separator && !isQuoted)
            {
                var next = rest[..i];
                rest = rest[(i + 1)..];
                return next;
            }
        }
        var last = rest;
        rest = default;
        return last;
    }
}
