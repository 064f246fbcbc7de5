using System.Globalization;

namespace BudgetFirewall.Tool;

/// <summary>A row of a schedule: another limit at certain hours of the week.</summary>
internal sealed record ScheduleText
{
    private const string Form = "--schedule must be [DAYS@]FROM-UNTIL[@ZONE]=LIMIT, as monday,friday@08:00-18:00@Europe/Berlin=20";

    public IReadOnlyList<string>? Days { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }

    public string? TimeZone { get; init; }

    public string? Limit { get; init; }

    public static ScheduleText Of(ScheduleRow row) => new()
    {
        Days = [.. row.Days.Select(Texts.Of)],
        From = TextOf(row.From),
        Until = TextOf(row.Until),
        TimeZone = row.TimeZone,
        Limit = row.Limit is { } limit ? Texts.Of(limit) : null,
    };

    /// <exception cref="ToolException">The text has another form.</exception>
    public static ScheduleText Parse(string text)
    {
        var equals = text.LastIndexOf('=');
        string[] parts = equals < 0 ? [] : text[..equals].Split('@');
        var hours = Array.FindIndex(parts, part => part.Contains(':', StringComparison.Ordinal));
        if (hours is not (0 or 1) || parts.Length > hours + 2 || parts[hours].Split('-') is not [var from, var until])
            throw new ToolException(ExitCode.BadInput, $"{Form}, not '{text}'.");
        return new()
        {
            Days = hours == 0 ? [] : parts[0].Split(','),
            From = from,
            Until = until,
            TimeZone = parts.Length > hours + 1 ? parts[hours + 1] : null,
            Limit = text[(equals + 1)..],
        };
    }

    public ScheduleRow ToRow() => new()
    {
        Days = [.. (Days ?? []).Select(day => Texts.Member<DayOfWeek>(day, "A day of --schedule"))],
        From = TimeOf(From),
        Until = TimeOf(Until),
        TimeZone = TimeZone ?? "UTC",
        Limit = Limit is null ? null : Texts.Decimal(Limit, "The limit of --schedule"),
    };

    private static TimeOnly TimeOf(string? text)
    {
        try
        {
            return text is null ? default : ScheduleRow.ParseTime(text);
        }
        catch (FormatException e)
        {
            throw new ToolException(ExitCode.BadInput, $"A time of --schedule {e.Message}, not '{text}'.");
        }
    }

    private static string TextOf(TimeOnly time) => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
}
