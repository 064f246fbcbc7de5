using BudgetFirewall.Sample.Log;
using BudgetFirewall.Sample.Replay;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>The picture of what happened in a replay, part by part, for a terminal of some width.</summary>
internal sealed class ReportDrawing(ReplayReport report, int width)
{
    // What the columns beside the bars take of a line, with scopes as long as the longest of the sample's log.
    private const int WidthBesideBudgetBars = 66;
    private const int UsualScope = 18;
    private const int LongestReason = 80;
    private const int WidthBesideHourBars = 26;

    public IEnumerable<IRenderable> Parts()
    {
        yield return Totals();
        yield return Budgets();
        if (report.Warnings.Count > 0)
            yield return Warnings();
        if (report.Denied.Any())
            yield return Denials();
        yield return new Columns(Costs("provider", call => call.Provider), Costs("user", call => call.User), Costs("model", call => call.Model)).Collapse();
        yield return Hours();
        if (report.BadLines.Count > 0)
            yield return BadLines();
    }

    private Panel Totals() => new(new Rows(
        new Markup($"[bold]{Texts.Exact(report.Spent)} {Texts.NameInMarkup(report.Currency)}[/] charged for [green]{Texts.Count(report.Admitted.Count())} calls[/]"),
        new Markup($"{Texts.Exact(report.AboveEstimate.Sum(outcome => outcome.Cost - outcome.Reserved))} of it above what was reserved, in {Texts.Count(report.AboveEstimate.Count())} calls"),
        new Markup($"{Texts.Exact(report.Overrun)} of it above hard limits"),
        new Markup($"[red]{Texts.Count(report.Denied.Count())} calls denied[/], {Texts.Count(report.BadLines.Count)} lines skipped")))
    {
        Header = new PanelHeader($" As of {Texts.Moment(report.EndedAt)} UTC "),
        Border = BoxBorder.Rounded,
        Padding = new Padding(2, 0),
    };

    private Table Budgets()
    {
        var longestScope = report.Budgets.Select(state => state.Scope.ToString().Length).DefaultIfEmpty().Max();
        var longestMark = report.Budgets.Select(state => Texts.Mark(state).Length).DefaultIfEmpty().Max();
        var beside = WidthBesideBudgetBars + Math.Max(0, Math.Min(longestScope, Texts.LongestName) - UsualScope) + longestMark;
        var barWidth = Math.Clamp(width - beside, 6, 30);
        var table = NewTable("Budgets", "scope", "counts", ">limit", ">spent", ">used", "", "");
        foreach (var state in report.Budgets)
        {
            table.AddRow(
                Texts.Name(state.Scope.ToString()),
                Texts.Name(Counts(state.Unit, state.Period)),
                new Text(Texts.Limit(state.Limit, state.Unit)),
                new Text(Texts.RoundedSpent(state.Spent, state.Unit)),
                new Markup($"[{Bars.Colour(state)}]{Texts.Percent(state.Utilization)}[/]"),
                new Markup(Bars.Of(state, barWidth)),
                new Markup($"[red]{Texts.Mark(state)}[/]"));
        }
        return table;
    }

    private Table Warnings()
    {
        var table = NewTable("Warnings, as they fired", "time", "scope", "counts", ">reached", ">spent", ">limit");
        foreach (var (time, warning) in report.Warnings)
        {
            table.AddRow(
                new Text(Texts.Time(time)),
                Texts.Name(warning.Scope.ToString()),
                Texts.Name(Counts(warning.Unit, warning.Period)),
                new Markup($"[yellow]{Texts.Percent(warning.Threshold)}[/]"),
                new Text(Texts.RoundedSpent(warning.Spent, warning.Unit)),
                new Text(Texts.Limit(warning.Limit, warning.Unit)));
        }
        return table;
    }

    private Table Denials()
    {
        var table = NewTable("Denials by reason", "reason", ">calls");
        foreach (var (reason, calls) in report.DenialsByReason())
            table.AddRow(Texts.Name(reason, LongestReason), new Markup($"[red]{Texts.Count(calls)}[/]"));
        return table;
    }

    private Table Costs(string name, Func<UsageLogEntry, string?> key)
    {
        var table = NewTable($"Cost by {name}", name, ">calls", ">cost");
        foreach (var row in report.CostBy(key))
            table.AddRow(Texts.Name(row.Name), new Text(Texts.Count(row.Calls)), new Text(Texts.Rounded(row.Cost)));
        return table;
    }

    private Table Hours()
    {
        var hours = report.CostPerHour();
        var most = hours.Select(hour => hour.Cost).DefaultIfEmpty().Max();
        var table = NewTable("Spend per hour", "hour", ">" + report.Currency, "");
        foreach (var (hour, cost) in hours)
            table.AddRow(new Text(Texts.Hour(hour)), new Text(Texts.Rounded(cost)), new Markup(Bars.Share(cost, most, Math.Clamp(width - WidthBesideHourBars, 10, 60))));
        return table;
    }

    private Table BadLines()
    {
        var table = NewTable("Lines skipped", ">line", "reason");
        foreach (var (line, reason) in report.BadLines)
            table.AddRow(new Text(Texts.Count(line)), Texts.Name(reason, int.MaxValue));
        return table;
    }

    /// <summary>A table of plain cells.</summary>
    public static Table TableOf(string title, string[] headings, IEnumerable<string[]> rows)
    {
        var table = NewTable(Markup.Escape(DisplayText.Escape(title)), headings);
        foreach (var row in rows)
            table.AddRow(row.Select(cell => Texts.Name(cell)));
        return table;
    }

    private string Counts(string? unit, BudgetPeriod period) => $"{unit ?? report.Currency}/{Texts.Period(period)}";

    private static Table NewTable(string title, params string[] headings)
    {
        var table = new Table
        {
            Title = new TableTitle(title, Style.Parse("bold")),
            Border = TableBorder.Simple,
            BorderStyle = Style.Parse("grey39"),
        };
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading.TrimStart('>'))) { NoWrap = true, Padding = new Padding(0, 0) };
            table.AddColumn(heading.StartsWith('>') ? column.RightAligned() : column);
        }
        return table;
    }
}
