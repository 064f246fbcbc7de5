using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>Finds time zones by their names in the IANA database, such as <c>Europe/Berlin</c>.</summary>
internal static class TimeZones
{
    public const string Utc = "UTC";

    /// <summary>True when a name is one of UTC's, so that no clock needs to be looked at.</summary>
    public static bool IsUtc(string name) => string.Equals(name, Utc, StringComparison.OrdinalIgnoreCase) || name == "Etc/UTC";

    /// <summary>Finds a time zone.</summary>
    /// <returns>
    /// False when the system knows none of that name. Names that only Windows uses are none, and so are other ways to a file of the database, such as
    /// <c>Europe//Berlin</c>, <c>posix/Europe/Berlin</c> or <c>localtime</c>: what is counted by one clock would be counted apart under each.
    /// </returns>
    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        if (HasFormOfName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone) && zone.HasIanaId && zone.Id == name)
            return true;
        zone = null;
        return false;
    }

    /// <summary>A time zone that <see cref="Check"/> has found before.</summary>
    /// <exception cref="ArgumentException">The system knows it no longer.</exception>
    public static TimeZoneInfo Find(string name)
    {
        if (IsUtc(name))
            return TimeZoneInfo.Utc;
        return TryFind(name, out var zone) ? zone : throw new ArgumentException($"The system does not know the time zone '{DisplayText.Escape(name)}'.", nameof(name));
    }

    /// <summary>The name of a time zone as it is kept: <see cref="Utc"/> for each of UTC's names.</summary>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public static string Check(string name, string member)
    {
        ArgumentNullException.ThrowIfNull(name, member);
        if (IsUtc(name))
            return Utc;
        return TryFind(name, out _)
            ? name
            : throw new ArgumentException(
                $"{member} must be UTC or a time zone of the IANA database such as Europe/Berlin; '{DisplayText.Escape(name)}' is not one that the system knows.", member);
    }

    // Each part of a name in the database begins with a capital letter.
    private static bool HasFormOfName(string name)
    {
        foreach (var part in name.Split('/'))
        {
            if (part.Length == 0 || !char.IsAsciiLetterUpper(part[0]) || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+'))
                return false;
        }
        return true;
    }
}
