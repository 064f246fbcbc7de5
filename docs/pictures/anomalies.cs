// Draws two weeks of a made project, what is expected of each hour and what is an anomaly: dotnet run --file docs/pictures/anomalies.cs docs/pictures/anomalies.svg
// The expectations are the library's own, of the options' defaults.
#:project ../../src/BudgetFirewall.Ledger/BudgetFirewall.Ledger.csproj
#:property PublishAot=false
#:property NoWarn=CA2007

using System.Globalization;
using System.Text;
using BudgetFirewall;

const int Weeks = 10;
const int HoursOfWeek = 168;
const int Shown = 2 * HoursOfWeek;

// By day and night and at weekends, a little more from week to week, with noise; a holiday in the last week, and two hours of a program that runs wild.
var random = new Random(3);
var spent = Enumerable.Range(0, Weeks * HoursOfWeek).Select(Amount).ToArray();
var last = (Weeks - 1) * HoursOfWeek;
for (var hour = 24; hour < 48; hour++)
    spent[last + hour] = 0;
spent[last + 82] *= 6;
spent[last + 83] *= 8;

var rule = new AnomalyRule(new() { MinimumAmount = 5m });
var hours = Enumerable.Range(spent.Length - Shown, Shown)
    .Select(hour => rule.Judge(spent[hour], [.. Enumerable.Range(1, 8).Select(week => hour - (week * HoursOfWeek)).Select(earlier => earlier < 0 ? 0m : spent[earlier])]))
    .ToArray();
await File.WriteAllTextAsync(args[0], Picture.Of(hours));

decimal Amount(int hour)
{
    var (week, day, time) = (hour / HoursOfWeek, hour / 24 % 7, hour % 24);
    var level = (day >= 5 ? 0.3 : 1) * (0.15 + Math.Max(0, Math.Sin(Math.PI * (time - 6) / 14))) * Math.Pow(1.03, week);
    var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    return Math.Round((decimal)(10 * level * Math.Exp(0.2 * normal)), 6);
}

/// <summary>The amounts of hours as bars on an axis of days, with a line of what is expected, an area up to what is no anomaly, and marks at those that are.</summary>
internal static class Picture
{
    private const int Left = 44;
    private const int Top = 16;
    private const int Height = 240;
    private const double PixelsPerHour = 2.4;
    private const decimal Highest = 120m;

    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static string Of(AnomalyJudgement[] hours)
    {
        var lines = new StringBuilder();
        foreach (var amount in new[] { 0m, 20m, 40m, 60m, 80m, 100m, 120m })
        {
            lines.Append(Text($"""<line x1="{Left}" y1="{Y(amount)}" x2="{X(hours.Length)}" y2="{Y(amount)}" class="axis"/>""")).Append('\n');
            lines.Append(Text($"""<text x="{Left - 6}" y="{Y(amount + 1.5m)}" class="amount">{amount:0}</text>""")).Append('\n');
        }
        lines.Append(Text($"""<path d="M{X(0)} {Y(0)} {Line(hours, hour => hour.Threshold ?? 0)} L{X(hours.Length)} {Y(0)} Z" class="room"/>""")).Append('\n');
        for (var hour = 0; hour < hours.Length; hour++)
            lines.Append(Text($"""<rect x="{X(hour)}" y="{Y(hours[hour].Seen)}" width="1.9" height="{(double)hours[hour].Seen * Height / (double)Highest:0.#}" class="{(hours[hour].IsAnomaly ? "found" : "seen")}"/>""")).Append('\n');
        lines.Append(Text($"""<path d="M{X(0)} {Y(hours[0].Expected ?? 0)} {Line(hours, hour => hour.Expected ?? 0)}" class="expected"/>""")).Append('\n');
        for (var day = 0; day < hours.Length / 24; day++)
            lines.Append(Text($"""<text x="{X((day * 24) + 12)}" y="{Top + Height + 18}" class="tick">{Days[day % 7]}</text>""")).Append('\n');
        return $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{X(hours.Length + 10)}} {{Top + Height + 50}}" font-family="sans-serif" font-size="12">
            <style>
            text { fill: #333 } .tick { text-anchor: middle; fill: #777 } .amount { text-anchor: end; fill: #777 } .axis { stroke: #ddd } .seen { fill: #6e7781 } .found { fill: #cf222e } .room { fill: #1a7f37; opacity: 0.12 }
            .expected { stroke: #1a7f37; stroke-width: 1.4; fill: none }
            @media (prefers-color-scheme: dark) { text { fill: #ddd } .tick, .amount { fill: #999 } .axis { stroke: #444 } .seen { fill: #8b949e } .found { fill: #f85149 } .room { fill: #3fb950; opacity: 0.2 } .expected { stroke: #3fb950 } }
            </style>
            {{lines}}<text x="{{Left}}" y="{{Top + Height + 42}}">bars: spent in each hour · line: expected · shaded: what is no anomaly · red: anomalies. The second Tuesday is a holiday.</text>
            </svg>

            """;
    }

    private static string Line(AnomalyJudgement[] hours, Func<AnomalyJudgement, decimal> amount) =>
        string.Join(' ', hours.Select((hour, i) => Text($"L{X(i)} {Y(amount(hour))} L{X(i + 1)} {Y(amount(hour))}")));

    private static string X(double hour) => Text($"{Left + (hour * PixelsPerHour):0.#}");

    private static string Y(decimal amount) => Text($"{Top + Height - ((double)decimal.Min(amount, Highest) * Height / (double)Highest):0.#}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
