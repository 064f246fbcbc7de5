using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A row of a schedule as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("Other values of a limit at certain hours of the week. The first row in force counts.")]
internal sealed class ScheduleRowBody
{
    [Description("The weekdays on which the hours begin, as monday; absent or empty: all.")]
    public IReadOnlyList<string>? Days { get; init; }

    [Description("The time of day at which the row comes into force, as 08:00; absent: midnight.")]
    public string? From { get; init; }

    [Description("The time of day at which it is no longer in force, on the next day where it is not after from; absent: midnight.")]
    public string? Until { get; init; }

    [Description("The time zone by whose clock the hours are meant, as Europe/Berlin; absent: UTC.")]
    public string? TimeZone { get; init; }

    [Description("The limit of a budget or window in these hours.")]
    public decimal? Limit { get; init; }

    [Description("The capacity of a token bucket in these hours; absent: as at other times.")]
    public decimal? Capacity { get; init; }

    [Description("The tokens that come back to a token bucket per second in these hours; absent: as at other times.")]
    public decimal? RefillPerSecond { get; init; }

    [Description("The amount that may begin in a leaky bucket per second in these hours; absent: as at other times.")]
    public decimal? RatePerSecond { get; init; }

    /// <summary>The rows of a schedule.</summary>
    /// <exception cref="FieldException">A value is not one that a row may have.</exception>
    public static IReadOnlyList<ScheduleRow> ToRows(IReadOnlyList<ScheduleRowBody?>? schedule) => schedule is null
        ? []
        : [.. schedule.Select((row, i) => (row ?? throw new FieldException($"schedule[{i}]", "A row of a schedule is null.")).ToRow($"schedule[{i}]"))];

    private ScheduleRow ToRow(string path) => FieldException.Naming(path, () => new ScheduleRow
    {
        Days = [.. (Days ?? []).Select(day => WireNames.Parse<DayOfWeek>(day ?? "") ?? throw new FieldException($"{path}.days", $"days must be of {WireNames.Choices<DayOfWeek>()}."))],
        From = Time(From, $"{path}.from"),
        Until = Time(Until, $"{path}.until"),
        TimeZone = TimeZone ?? "UTC",
        Limit = Limit,
        Capacity = Capacity,
        RefillPerSecond = RefillPerSecond,
        RatePerSecond = RatePerSecond,
    });

    private static TimeOnly Time(string? text, string field)
    {
        try
        {
            return text is null ? default : ScheduleRow.ParseTime(text);
        }
        catch (FormatException e)
        {
            throw new FieldException(field, $"{field} {e.Message}.");
        }
    }
}
