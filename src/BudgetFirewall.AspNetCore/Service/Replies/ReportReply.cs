using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>
/// The description of a report's JSON. It is written by <see cref="LedgerReport.ToJson"/>: the names that rows are grouped by are members of theirs, and only known when the report is made.
/// </summary>
[Description("What was spent. Amounts are exact decimals as strings, and the rows add up to the total.")]
internal sealed record ReportReply
{
    [Description("The first moment that is counted.")]
    public required DateTimeOffset From { get; init; }

    [Description("The first moment that is not counted any more.")]
    public required DateTimeOffset To { get; init; }

    public required IReadOnlyList<ReportRowReply> Rows { get; init; }

    public required ReportTotalReply Total { get; init; }
}
