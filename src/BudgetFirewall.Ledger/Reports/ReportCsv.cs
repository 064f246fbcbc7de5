using System.Globalization;
using System.Text;

namespace BudgetFirewall;

/// <summary>Writes reports as CSV. An empty field is no name; a name is never empty.</summary>
internal static class ReportCsv
{
    public static string Of(LedgerReport report)
    {
        var text = new StringBuilder(CsvText.Line([.. report.GroupBy, "interval", "amount", "count", "rest", "allocated"]));
        foreach (var row in report.Rows)
        {
            text.Append(CsvText.Line(
            [
                .. row.Names,
                row.Interval?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ReportAmount.Text(row.Amount),
                row.Count.ToString(CultureInfo.InvariantCulture),
                row.IsRest ? "1" : "0",
                ReportAmount.Text(row.Allocated),
            ]));
        }
        return text.ToString();
    }
}
