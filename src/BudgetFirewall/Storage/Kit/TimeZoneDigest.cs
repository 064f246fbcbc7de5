using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall.Storage;

/// <summary>
/// A digest of what this process knows of a time zone in one year. Processes that share a store must have the same: where one lets a local day begin an hour later
/// than another, both count it, and what they admit together is more than the limit.
/// </summary>
/// <remarks>A period of many days may begin before the span that a digest covers. Clock changes of earlier years are history that rarely differs, and are not compared.</remarks>
public static class TimeZoneDigest
{
    // Weeks that end in the year begin within it, and periods that begin in it end within it, whatever the offset from UTC.
    private static readonly TimeSpan Margin = TimeSpan.FromDays(8);

    // No clock is put forward and back again in less.
    private static readonly TimeSpan Look = TimeSpan.FromHours(6);

    /// <summary>The digest of a time zone's offsets from UTC, and of the times at which they change, from eight days before a year to eight days after it: 32 hexadecimal digits.</summary>
    /// <param name="timeZone">The time zone's name in the IANA database.</param>
    /// <param name="year">The year, 2 to 9998.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timeZone"/> is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="year"/> is outside the range.</exception>
    public static string Of(string timeZone, int year)
    {
        ArgumentNullException.ThrowIfNull(timeZone);
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9998);
        if (!TimeZones.TryFind(timeZone, out var zone))
            throw new ArgumentException($"The system does not know the time zone '{DisplayText.Escape(timeZone)}'.", nameof(timeZone));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Offsets(zone, year))).AsSpan(0, 16));
    }

    private static string Offsets(TimeZoneInfo zone, int year)
    {
        var (at, end) = (new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc) - Margin, new DateTime(year + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc) + Margin);
        var offset = zone.GetUtcOffset(at);
        var text = new StringBuilder();
        Add(text, DateTime.MinValue, offset);
        for (; at < end; at += Look)
        {
            var next = zone.GetUtcOffset(at + Look);
            if (next != offset)
                Add(text, Change(zone, at, at + Look, offset), next);
            offset = next;
        }
        return text.ToString();
    }

    private static DateTime Change(TimeZoneInfo zone, DateTime before, DateTime after, TimeSpan offset)
    {
        while (after - before > TimeSpan.FromTicks(1))
        {
            var middle = before + ((after - before) / 2);
            (before, after) = zone.GetUtcOffset(middle) == offset ? (middle, after) : (before, middle);
        }
        return after;
    }

    private static void Add(StringBuilder text, DateTime at, TimeSpan offset) =>
        text.Append(CultureInfo.InvariantCulture, $"{at.Ticks / TimeSpan.TicksPerSecond}{offset.Ticks / TimeSpan.TicksPerSecond:+0;-0};");
}
