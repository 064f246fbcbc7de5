using BudgetFirewall.Sample.Recording;
using BudgetFirewall.Sample.Replay;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>Plain text: no colours, no progress, columns that line up, amounts to the last nano.</summary>
internal sealed class PlainView(TextWriter output) : SampleView
{
    private const int BarWidth = 40;
    private const int LongestName = 40;
    private const int LongestReason = 100;

    public override Task<ReplayReport> ShowProgressAsync(Func<Action<ReplayProgress>, Task<ReplayReport>> replay) => replay(_ => { });

    public override void Show(ReplayReport report)
    {
        Totals(report);
        Budgets(report);
        Warnings(report);
        Denials(report);
        Costs("provider", report.CostBy(call => call.Provider));
        Costs("user", report.CostBy(call => call.User));
        Costs("model", report.CostBy(call => call.Model));
        Hours(report);
        BadLines(report);
    }

    public override void Show(RecordedReport recorded)
    {
        var table = new LedgerTable(recorded, Texts.Exact);
        Table(table.Title, table.Headings, table.Rows);
        if (table.Before.Length > 0)
            output.WriteLine(table.Before);
    }

    private void Totals(ReplayReport report)
    {
        output.WriteLine($"Calls admitted  {Texts.Count(report.Admitted.Count())}");
        output.WriteLine($"Calls denied    {Texts.Count(report.Denied.Count())}");
        output.WriteLine($"Lines skipped   {Texts.Count(report.BadLines.Count)}");
        output.WriteLine($"Total charged   {Texts.Exact(report.Spent)} {report.Currency}");
        output.WriteLine($"Above estimate  {Texts.Exact(report.AboveEstimate.Sum(outcome => outcome.Cost - outcome.Reserved))} {report.Currency}, in {Texts.Count(report.AboveEstimate.Count())} calls");
        output.WriteLine($"Above limits    {Texts.Exact(report.Overrun)} {report.Currency}");
        output.WriteLine($"Log's time      {Texts.Moment(report.EndedAt)} UTC");
    }

    private void Budgets(ReplayReport report) => Table(
        "Budgets",
        ["scope", "budget", ">limit", ">spent", ">used", "unit", ""],
        report.Budgets.Select(state => new[]
        {
            state.Scope.ToString(), state.BudgetId, Texts.Limit(state.Limit, state.Unit),
            Texts.ExactSpent(state.Spent, state.Unit), Texts.Percent(state.Utilization), state.Unit ?? report.Currency, Texts.Mark(state),
        }));

    private void Warnings(ReplayReport report) => Table(
        "Warnings",
        ["time", "scope", "budget", ">threshold", ">spent", ">limit"],
        report.Warnings.Select(fired => new[]
        {
            Texts.Moment(fired.Time), fired.Warning.Scope.ToString(), fired.Warning.BudgetId, Texts.Percent(fired.Warning.Threshold),
            Texts.ExactSpent(fired.Warning.Spent, fired.Warning.Unit), Texts.Limit(fired.Warning.Limit, fired.Warning.Unit),
        }));

    private void Denials(ReplayReport report) => Table(
        "Denials by reason", ["reason", ">calls"], report.DenialsByReason().Select(row => new[] { row.Reason, Texts.Count(row.Calls) }), LongestReason);

    private void Costs(string name, IEnumerable<(string Name, int Calls, decimal Cost)> rows) => Table(
        $"Cost by {name}", [name, ">calls", ">cost"], rows.Select(row => new[] { row.Name, Texts.Count(row.Calls), Texts.Exact(row.Cost) }));

    private void Hours(ReplayReport report)
    {
        var hours = report.CostPerHour();
        var most = hours.Select(hour => hour.Cost).DefaultIfEmpty().Max();
        Table("Spend per hour", ["hour", ">cost", ""], hours.Select(hour => new[] { Texts.Hour(hour.Hour), Texts.Exact(hour.Cost), Bar(hour.Cost, most) }));
    }

    private void BadLines(ReplayReport report)
    {
        if (report.BadLines.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine("Lines skipped");
        foreach (var line in report.BadLines)
            output.WriteLine(DisplayText.Escape($"  {line}"));
    }

    private void Table(string title, string[] columns, IEnumerable<string[]> rows, int longest = LongestName)
    {
        output.WriteLine();
        output.WriteLine(title);
        foreach (var line in PlainTable.Lines(columns, [.. rows], longest))
            output.WriteLine("  " + line);
    }

    private static string Bar(decimal amount, decimal most) => most == 0 ? "" : new('#', (int)Math.Ceiling(amount / most * BarWidth));
}
