using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Sums of what was spent. The rows add up to the total, and that is the sum of the entries of the time. Immutable.</summary>
public sealed class LedgerReport
{
    private readonly BudgetPeriod? _period;

    internal LedgerReport(DateTimeOffset from, DateTimeOffset to, LedgerReportRequest request, ImmutableArray<LedgerReportRow> rows)
    {
        (From, To, GroupBy, TimeZone, Rows) = (from, to, [.. request.GroupBy], request.TimeZone, rows);
        _period = ReportSpans.PeriodOf(request.Interval);
        (Amount, Count, Allocated) = (rows.Sum(row => row.Amount), rows.Sum(row => row.Count), rows.Sum(row => row.Allocated));
    }

    /// <summary>The first moment that is counted, UTC: a quarter of an hour.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The first moment that is not counted any more, UTC: a quarter of an hour.</summary>
    public DateTimeOffset To { get; }

    /// <summary>The kinds of names that the rows are grouped by.</summary>
    public ImmutableArray<string> GroupBy { get; }

    /// <summary>The time zone by whose clock spans begin.</summary>
    public string TimeZone { get; }

    /// <summary>The rows, by their spans, and within one span those with the highest amounts first. Spans and groups in which nothing was spent and nothing allocated have no row.</summary>
    public ImmutableArray<LedgerReportRow> Rows { get; }

    /// <summary>The sum of what was spent in all rows, in currency units, to the nano. What was allocated is not in it: <see cref="Allocated"/>.</summary>
    public decimal Amount { get; }

    /// <summary>The sum of the parts of shared costs in all rows, in currency units, to the nano.</summary>
    public decimal Allocated { get; }

    /// <summary>The number of paid calls in all rows.</summary>
    public long Count { get; }

    /// <summary>The first moment that a row counts and the first that it does not count any more.</summary>
    internal (DateTimeOffset Start, DateTimeOffset End) SpanOf(LedgerReportRow row)
    {
        if (_period is null || row.Interval is not { } start)
            return (From, To);
        var end = new DateTimeOffset(PeriodWindow.At(_period, start, TimeZone).End, TimeSpan.Zero);
        return (start < From ? From : start, end > To ? To : end);
    }

    /// <summary>The report as JSON: <c>rows</c>, each with its names, <c>interval</c>, <c>amount</c>, <c>count</c> and <c>allocated</c>, and <c>total</c>. Amounts are decimal text.</summary>
    public string ToJson() => ReportJson.Of(this);

    /// <summary>
    /// The report as CSV by RFC 4180, with a line of headings: the names, <c>interval</c>, <c>amount</c>, <c>count</c>, <c>rest</c>, which is 1 in the rows of the rest, and <c>allocated</c>. Names are written
    /// as they are: a spreadsheet may take one that begins with an equals sign for a formula.
    /// </summary>
    public string ToCsv() => ReportCsv.Of(this);
}
