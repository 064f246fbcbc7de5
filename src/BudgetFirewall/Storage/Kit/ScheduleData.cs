using System.Globalization;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>A row of a schedule as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class ScheduleData
{
    /// <summary>The weekdays, as their numbers from Sunday.</summary>
    [JsonPropertyName("d")]
    public int[]? Days { get; set; }

    /// <summary>In seconds since midnight.</summary>
    [JsonPropertyName("f")]
    public int From { get; set; }

    /// <summary>In seconds since midnight.</summary>
    [JsonPropertyName("t")]
    public int Until { get; set; }

    [JsonPropertyName("z")]
    public string? TimeZone { get; set; }

    [JsonPropertyName("l")]
    public string? Limit { get; set; }

    [JsonPropertyName("c")]
    public string? Capacity { get; set; }

    [JsonPropertyName("r")]
    public string? RefillPerSecond { get; set; }

    [JsonPropertyName("p")]
    public string? RatePerSecond { get; set; }

    /// <summary>A schedule; null when it has no rows.</summary>
    public static ScheduleData[]? Of(IReadOnlyList<ScheduleRow> schedule) => schedule.Count == 0 ? null : [.. schedule.Select(Of)];

    public static IReadOnlyList<ScheduleRow> ToRows(ScheduleData[]? schedule) => schedule is null ? [] : Array.ConvertAll(schedule, row => row.ToRow());

    private static ScheduleData Of(ScheduleRow row) => new()
    {
        Days = row.Days.Count == 0 ? null : [.. row.Days.Select(day => (int)day)],
        From = (int)row.From.ToTimeSpan().TotalSeconds,
        Until = (int)row.Until.ToTimeSpan().TotalSeconds,
        TimeZone = row.TimeZone == LimitJson.Utc ? null : row.TimeZone,
        Limit = Text(row.Limit),
        Capacity = Text(row.Capacity),
        RefillPerSecond = Text(row.RefillPerSecond),
        RatePerSecond = Text(row.RatePerSecond),
    };

    private ScheduleRow ToRow() => new()
    {
        Days = Days is null ? [] : Array.ConvertAll(Days, day => (DayOfWeek)day),
        From = TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(From)),
        Until = TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(Until)),
        TimeZone = TimeZone ?? LimitJson.Utc,
        Limit = Amount(Limit),
        Capacity = Amount(Capacity),
        RefillPerSecond = Amount(RefillPerSecond),
        RatePerSecond = Amount(RatePerSecond),
    };

    private static string? Text(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture);

    private static decimal? Amount(string? text) => text is null ? null : LimitJson.Decimal(text);
}
