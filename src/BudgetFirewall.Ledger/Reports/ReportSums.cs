namespace BudgetFirewall.Storage;

/// <summary>The sums of a report while it is made, by group and span. Not thread-safe.</summary>
internal sealed class ReportSums
{
    private readonly Dictionary<(ReportGroup Group, DateTimeOffset? Span), ReportSum> _sums = [];

    public IEnumerable<ReportGroup> Groups => _sums.Keys.Select(key => key.Group).Distinct();

    public void Add(ReportGroup group, DateTimeOffset? span, ReportSum sum) => _sums[(group, span)] = _sums.GetValueOrDefault((group, span)) + sum;

    /// <summary>Adds what another report has and this one does not, as the sums of one group.</summary>
    public void AddMissing(ReportGroup group, ReportSums all)
    {
        foreach (var span in all._sums.GroupBy(row => row.Key.Span))
        {
            var here = _sums.Where(row => row.Key.Span == span.Key).Select(row => row.Value);
            var missing = here.Aggregate(span.Aggregate(default(ReportSum), (sum, row) => sum + row.Value), (sum, found) => sum - found);
            if (missing != default)
                Add(group, span.Key, missing);
        }
    }

    /// <summary>The groups that spent most, the first first.</summary>
    public IEnumerable<ReportGroup> Top(int count) => _sums.GroupBy(row => row.Key.Group)
        .Select(rows => (Group: rows.Key, Sum: rows.Aggregate(default(ReportSum), (sum, row) => sum + row.Value)))
        .OrderByDescending(row => row.Sum.Amount).ThenByDescending(row => row.Sum.Count).ThenByDescending(row => row.Sum.Allocated)
        .ThenBy(row => row.Group.First).ThenBy(row => row.Group.Second).ThenBy(row => row.Group.Third).ThenBy(row => row.Group.Fourth)
        .Take(count).Select(row => row.Group);

    /// <summary>The sums of some groups, and of all others together, whose group is null.</summary>
    public IEnumerable<(ReportGroup? Group, DateTimeOffset? Span, ReportSum Sum)> Rows(IReadOnlySet<ReportGroup> top) => _sums
        .GroupBy(row => (Group: top.Contains(row.Key.Group) ? row.Key.Group : (ReportGroup?)null, row.Key.Span))
        .Select(rows => (rows.Key.Group, rows.Key.Span, rows.Aggregate(default(ReportSum), (sum, row) => sum + row.Value)))
        // What was allocated and taken back leaves nothing.
        .Where(row => row.Item3 != default);
}
