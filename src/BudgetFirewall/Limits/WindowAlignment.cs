namespace BudgetFirewall;

/// <summary>
/// The place of fixed windows in time: by the clock of UTC or of a time zone, or from the first request on. As text <c>utc</c>, <c>first_request</c>, or the name
/// of a time zone such as <c>Europe/Berlin</c>. Compares by content; immutable and thread-safe.
/// </summary>
/// <remarks>
/// By a clock, windows begin where it shows a multiple of their length since midnight of Monday, 1 January of the year 1: an hour on the hour, a day at midnight,
/// seven days on Monday. In a time zone a window lasts for as long as the clock shows the same one: an hour that is repeated when summer time ends is one window of
/// an hour, twice as long.
/// </remarks>
public sealed record WindowAlignment
{
    private const string UtcText = "utc";
    private const string FirstRequestText = "first_request";

    private readonly string _text;

    private WindowAlignment(string text, TimeZoneInfo? timeZone) => (_text, TimeZone) = (text, timeZone);

    /// <summary>Windows by the clock of UTC.</summary>
    public static WindowAlignment Utc { get; } = new(UtcText, null);

    /// <summary>
    /// Windows that begin with the first request that takes something, and again with the first one after their end.
    /// </summary>
    public static WindowAlignment FirstRequest { get; } = new(FirstRequestText, null);

    internal TimeZoneInfo? TimeZone { get; }

    /// <summary>Windows by the clock of a time zone.</summary>
    /// <param name="timeZone">The name of the time zone in the IANA database, such as <c>America/New_York</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timeZone"/> is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public static WindowAlignment InTimeZone(string timeZone)
    {
        ArgumentNullException.ThrowIfNull(timeZone);
        return TimeZones.TryFind(timeZone, out var found)
            ? new(timeZone, found)
            : throw new ArgumentException($"'{DisplayText.Escape(timeZone)}' is not a time zone that the system knows.", nameof(timeZone));
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text: <c>utc</c> or <c>first_request</c>, in capital or small letters, or the name of a time zone.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static WindowAlignment Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim();
        if (string.Equals(name, UtcText, StringComparison.OrdinalIgnoreCase))
            return Utc;
        if (string.Equals(name.Replace("_", "", StringComparison.Ordinal), "firstrequest", StringComparison.OrdinalIgnoreCase))
            return FirstRequest;
        return TimeZones.TryFind(name, out var found)
            ? new(name, found)
            : throw new FormatException("must be utc, first_request or a time zone such as Europe/Berlin");
    }

    /// <summary>The text form, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(WindowAlignment? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);
}
