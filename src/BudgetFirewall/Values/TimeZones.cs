using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>Finds time zones by their names in the IANA database, such as <c>Europe/Berlin</c>.</summary>
internal static class TimeZones
{
    public const string Utc = "UTC";

    /// <summary>True when a name is one of UTC's, so that no clock needs to be looked at.</summary>
    public static bool IsUtc(string name) => string.Equals(name, Utc, StringComparison.OrdinalIgnoreCase) || name == "Etc/UTC";

    /// <summary>Finds a time zone.</summary>
    /// <returns>False when the system knows none of that name. Names that only Windows uses are none.</returns>
    public static bool TryFind(string name, [NotNullWhen(true)] out TimeZoneInfo? zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone) && zone.HasIanaId;

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
}
