using System.CommandLine;
using System.Text.Json;

namespace BudgetFirewall.Tool;

/// <summary><c>report</c>: what was spent, added up.</summary>
internal static class ReportCommand
{
    public static Command Make(Connection connection)
    {
        var from = Given.Moment("--from", "The first moment that is counted: a time such as 2026-03-01T00:00:00Z, or a date, which is its midnight by UTC.");
        from.Required = true;
        var to = Given.Moment("--to", "The first moment that is not counted any more. Default: now.");
        var by = new Option<string[]>("--group-by") { Description = "A name to group by, as project, user or model; up to four.", HelpName = "NAME", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        by.CompletionSources.Add("provider", "user", "project", "model", "operation", "tenant", "feature");
        var interval = Given.Member<LedgerInterval>("--interval", "The spans that have rows of their own. Default: whole. One of");
        var zone = new Option<string>("--time-zone") { Description = "By whose clock spans begin, as Europe/Berlin.", HelpName = "ZONE", DefaultValueFactory = _ => "UTC" };
        var top = new Option<int?>("--top") { Description = "So many groups have rows of their own, those that spent most. Default: all.", HelpName = "N" };
        var scopes = Given.Scopes("--scope", "Count only entries with this scope, as user=alice; may be repeated.");
        var format = Given.Member<ReportFormat>("--format", "The form of the report. Default: table, with --json: json. One of");
        var account = new Option<string?>("--billing-account") { Description = "Of a FOCUS file: whose bill it is. The service knows by itself.", HelpName = "ID" };
        var command = new Command("report", "Adds up what was spent, from the ledger.") { from, to, by, interval, zone, top, scopes, format, account };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var question = new ReportQuestion(
                parsed.GetValue(from)!.Value, parsed.GetValue(to) ?? TimeProvider.System.GetUtcNow(), parsed.GetValue(by)!, parsed.GetValue(interval) ?? LedgerInterval.Whole, parsed.GetValue(zone)!,
                parsed.GetValue(top), parsed.GetValue(scopes)!, parsed.GetValue(format) ?? (screen.IsJson ? ReportFormat.Json : ReportFormat.Table), parsed.GetValue(account));
            var report = await Screen.WhileWorkingAsync("Adding up", _ => backend.ReportAsync(question, cancellationToken));
            if (question.Format == ReportFormat.Table)
                Show(report, question, screen);
            else
                screen.Raw(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(string json, ReportQuestion question, Screen screen)
    {
        using var report = JsonDocument.Parse(json);
        string[] names = question.Interval == LedgerInterval.Whole ? [.. question.GroupBy] : [.. question.GroupBy, "interval"];
        // Without names and spans the total is all there is.
        var parts = names.Length == 0 ? [] : report.RootElement.GetProperty("rows").EnumerateArray().Select(row => Row(names, row));
        var rows = parts.Append(Row(names, report.RootElement.GetProperty("total"), "total"));
        screen.Table([.. names, ">amount", ">calls", ">allocated"], rows);
    }

    private static IReadOnlyList<string?> Row(string[] names, JsonElement row, string? label = null)
    {
        var isRest = row.TryGetProperty("rest", out var rest) && rest.ValueKind == JsonValueKind.True;
        var cells = names.Select((name, i) => i == 0 && (label ?? (isRest ? "(rest)" : null)) is { } first ? first : row.TryGetProperty(name, out var cell) ? cell.GetString() : null);
        return [.. cells, row.GetProperty("amount").GetString(), row.GetProperty("count").GetRawText(), row.GetProperty("allocated").GetString()];
    }
}
