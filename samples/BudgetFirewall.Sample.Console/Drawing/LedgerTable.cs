using BudgetFirewall.Sample.Recording;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>A ledger's report as a table: a row for each hour, a column for each project, those that spent most first, and sums at both ends.</summary>
internal sealed class LedgerTable(RecordedReport recorded, Func<decimal, string> amountText)
{
    private const string Rest = "others";
    private const string Nobody = "none";

    private readonly string[] _projects = [.. recorded.Report.Rows
        .GroupBy(NameOf, (name, rows) => (Name: name, IsRest: rows.Any(row => row.IsRest), Amount: rows.Sum(row => row.Amount)))
        .OrderBy(project => project.IsRest).ThenByDescending(project => project.Amount).Select(project => project.Name)];

    public string Title => $"Ledger {Path.GetFileName(recorded.File)}, by project and hour";

    public string[] Headings => [">hour", .. _projects.Select(name => ">" + name), ">all"];

    public IReadOnlyList<string[]> Rows =>
    [
        .. recorded.Report.Rows.GroupBy(row => row.Interval).Select(hour => Row(Texts.Hour(hour.Key!.Value), [.. hour])),
        Row("all", recorded.Report.Rows),
    ];

    /// <summary>A line about runs before; empty for none.</summary>
    public string Before => recorded.StoppedAt is { } time
        ? $"{Texts.Count(recorded.ChargedBefore)} calls were charged before, until {Texts.Moment(time)} UTC; the run went on from there."
        : "";

    private string[] Row(string name, IReadOnlyCollection<LedgerReportRow> rows) =>
        [name, .. _projects.Select(project => amountText(rows.Where(row => NameOf(row) == project).Sum(row => row.Amount))), amountText(rows.Sum(row => row.Amount))];

    private static string NameOf(LedgerReportRow row) => row.IsRest ? Rest : row.Names[0] ?? Nobody;
}
