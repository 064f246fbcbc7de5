using System.Text;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Writes reports as JSON.</summary>
internal static class ReportJson
{
    public static string Of(LedgerReport report)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("from", report.From);
            json.WriteString("to", report.To);
            json.WriteStartArray("rows");
            foreach (var row in report.Rows)
                Write(json, report, row);
            json.WriteEndArray();
            json.WriteStartObject("total");
            Write(json, report.Amount, report.Count, report.Allocated);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter json, LedgerReport report, LedgerReportRow row)
    {
        json.WriteStartObject();
        for (var i = 0; i < report.GroupBy.Length; i++)
            json.WriteString(report.GroupBy[i], row.Names[i]);
        if (row.Interval is { } interval)
            json.WriteString("interval", interval);
        Write(json, row.Amount, row.Count, row.Allocated);
        if (row.IsRest)
            json.WriteBoolean("rest", value: true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, decimal amount, long count, decimal allocated)
    {
        json.WriteString("amount", ReportAmount.Text(amount));
        json.WriteNumber("count", count);
        json.WriteString("allocated", ReportAmount.Text(allocated));
    }
}
