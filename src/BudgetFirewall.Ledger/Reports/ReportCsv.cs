using System.Buffers;
using System.Globalization;
using System.Text;

namespace BudgetFirewall;

/// <summary>Writes reports as CSV.</summary>
internal static class ReportCsv
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static string Of(LedgerReport report)
    {
        var text = new StringBuilder();
        AppendLine(text, [.. report.GroupBy, "interval", "amount", "count", "rest"]);
        foreach (var row in report.Rows)
        {
            AppendLine(text,
            [
                .. row.Names,
                row.Interval?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ReportAmount.Text(row.Amount),
                row.Count.ToString(CultureInfo.InvariantCulture),
                row.IsRest ? "1" : "0",
            ]);
        }
        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string?> fields) => text.AppendJoin(',', fields.Select(Field)).Append("\r\n");

    // An empty field is no name; a name is never empty.
    private static string Field(string? value) => value is not null && value.AsSpan().ContainsAny(Quoted) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value ?? "";
}
