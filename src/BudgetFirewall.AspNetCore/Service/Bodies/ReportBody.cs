using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A question for a report as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("What is to be added up: from when until when, grouped by what, and for each of which spans.")]
internal sealed class ReportBody
{
    private const int MaxIntervals = 10_000;

    // The years that a ledger has entries of.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Required]
    [Description("The first moment that is counted: " + InstantText.Text + ". One between two quarters of an hour begins with the earlier.")]
    public string? From { get; init; }

    [Required]
    [Description("The first moment that is not counted any more, in the same way. One between two quarters of an hour ends with the later.")]
    public string? To { get; init; }

    [Description("At most four names: provider, user, project, model, operation, tenant, feature, or any dimension that an entry has; absent: one group of all.")]
    public IReadOnlyList<string?>? GroupBy { get; init; }

    [NamesOf<LedgerInterval>("; absent: whole, one row for all of the time")]
    public string? Interval { get; init; }

    [Description("The time zone, as Europe/Berlin, by whose clock spans begin; absent: UTC.")]
    public string? TimeZone { get; init; }

    [Description("The number of groups that have rows of their own, those that spent most; all others are one row of each span. Absent: all groups.")]
    public int? Top { get; init; }

    [Description("Only entries with these scopes are counted: an id by kind, as {\"user\": \"alice\"}.")]
    public IReadOnlyDictionary<string, string>? Scopes { get; init; }

    [Description("json, csv, or focus (CSV by FOCUS 1.2, where the service says whose bill it is; hours, days or months); absent: json.")]
    public string? Format { get; init; }

    [JsonIgnore]
    public bool IsJson => Format is null or "json";

    /// <summary>How the report is written.</summary>
    /// <param name="focus">What a FOCUS file says of whose bill it is; null where the service does not know.</param>
    /// <exception cref="FieldException">The format is none, or one that the service does not have.</exception>
    public Func<LedgerReport, string> Writing(FocusOptions? focus) => Format switch
    {
        null or "json" => report => report.ToJson(),
        "csv" => report => report.ToCsv(),
        "focus" when focus is null => throw new FieldException("format", "format focus is not available here: the service has not been told whose bill it is (BudgetServiceOptions.Focus)."),
        "focus" when WireNames.Parse<LedgerInterval>(Interval ?? "") is not (LedgerInterval.Hour or LedgerInterval.Day or LedgerInterval.Month) =>
            throw new FieldException("interval", "interval must be hour, day or month for the format focus, each of whose rows lies in one month."),
        "focus" => report => report.ToFocusCsv(focus),
        _ => throw new FieldException("format", "format must be json, csv or focus."),
    };

    /// <exception cref="FieldException">A value is not one that a report may have.</exception>
    public LedgerReportRequest ToRequest(string? partition)
    {
        var (from, to) = (Time(From, "from"), Time(To, "to"));
        InstantText.CheckOrder(from, to);
        var interval = Interval is null ? LedgerInterval.Whole : WireNames.Parse<LedgerInterval>(Interval) ?? throw new FieldException("interval", $"interval must be {WireNames.Choices<LedgerInterval>()}.");
        var longest = interval == LedgerInterval.Hour ? TimeSpan.FromHours(MaxIntervals) : TimeSpan.FromDays(MaxIntervals);
        if (interval != LedgerInterval.Whole && to - from > longest)
            throw new FieldException("interval", $"From from to to there are more than {MaxIntervals:N0} {(interval == LedgerInterval.Hour ? "hours" : "days")}; ask for longer intervals, or for less time.");
        return FieldException.Naming("", () => new LedgerReportRequest
        {
            From = from,
            To = to,
            GroupBy = [.. (GroupBy ?? []).Select((kind, i) => CheckedKind(kind, $"groupBy[{i}]"))],
            Interval = interval,
            TimeZone = TimeZone ?? "UTC",
            Top = Top,
            Partition = partition,
            Scopes = (Scopes ?? new Dictionary<string, string>()).ToDictionary(scope => scope.Key, scope => LedgerScope.Checked(scope.Key, scope.Value, $"scopes.{scope.Key}"), StringComparer.Ordinal),
        });
    }

    private static DateTimeOffset Time(string? text, string field)
    {
        var time = InstantText.Parse(text, field) ?? throw FieldException.Missing(field);
        return time >= Earliest && time <= Latest ? time : throw new FieldException(field, $"{field} must be from {Earliest.Year} to {Latest.Year}.");
    }

    private static string CheckedKind(string? kind, string field) => kind is not null && BudgetScope.IsValidId(kind) && !kind.Contains('=', StringComparison.Ordinal)
        ? kind
        : throw new FieldException(field, $"{field} must have 1 to 256 characters, none of them an equals sign.");
}
