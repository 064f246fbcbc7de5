using System.Globalization;
using System.Text;

namespace BudgetFirewall.Reliability;

/// <summary>A line of MONITOR: <c>1339518083.107412 [0 127.0.0.1:60866] "get" "x"</c>; commands of scripts come from <c>lua</c>, right behind their script.</summary>
internal sealed record MonitorLine(DateTimeOffset At, bool IsOfScript, IReadOnlyList<string> Parts)
{
    private const int MostParts = 5;

    /// <summary>The line's first parts; null when it is none, such as the answer to MONITOR itself.</summary>
    public static MonitorLine? Parse(string line)
    {
        var open = line.IndexOf('[', StringComparison.Ordinal);
        var close = line.IndexOf(']', StringComparison.Ordinal);
        if (open < 0 || close < 0 || !decimal.TryParse(line.AsSpan(0, open).TrimStart('+'), NumberStyles.Number, CultureInfo.InvariantCulture, out var seconds))
            return null;
        return new(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), line[open..close].EndsWith(" lua", StringComparison.Ordinal), Split(line.AsSpan(close + 1)));
    }

    // The line is read byte by byte, since the escapes are bytes; what they make up is text in UTF-8.
    private static List<string> Split(ReadOnlySpan<char> text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length && parts.Count < MostParts; i++)
        {
            if (text[i] == '"')
            {
                if (isQuoted)
                    parts.Add(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(part.ToString())));
                part.Clear();
                isQuoted = !isQuoted;
            }
            else if (text[i] == '\\')
            {
                i = Unescape(text, i + 1, part);
            }
            else if (isQuoted)
            {
                part.Append(text[i]);
            }
        }
        return parts;
    }

    private static int Unescape(ReadOnlySpan<char> text, int at, StringBuilder part)
    {
        if (text[at] == 'x')
        {
            part.Append((char)byte.Parse(text.Slice(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            return at + 2;
        }
        part.Append(text[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'a' => '\a', 'b' => '\b', var other => other });
        return at;
    }
}
