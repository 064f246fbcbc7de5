using System.ComponentModel;
using System.Globalization;

namespace BudgetFirewall;

/// <summary>A row of a schedule as JSON.</summary>
[Description("Other values of a limit at certain hours of the week. Amounts are exact decimals as strings.")]
internal sealed record ScheduleRowReply
{
    public required IReadOnlyList<string> Days { get; init; }

    public required string From { get; init; }

    public required string Until { get; init; }

    public required string TimeZone { get; init; }

    public string? Limit { get; init; }

    public string? Capacity { get; init; }

    public string? RefillPerSecond { get; init; }

    public string? RatePerSecond { get; init; }

    public static IReadOnlyList<ScheduleRowReply> Of(IReadOnlyList<ScheduleRow> schedule) => [.. schedule.Select(Of)];

    private static ScheduleRowReply Of(ScheduleRow row) => new()
    {
        Days = [.. row.Days.Select(WireNames.Of)],
        From = Text(row.From),
        Until = Text(row.Until),
        TimeZone = row.TimeZone,
        Limit = Text(row.Limit),
        Capacity = Text(row.Capacity),
        RefillPerSecond = Text(row.RefillPerSecond),
        RatePerSecond = Text(row.RatePerSecond),
    };

    private static string Text(TimeOnly time) => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string? Text(decimal? amount) => amount is { } given ? Amounts.Text(given) : null;
}
