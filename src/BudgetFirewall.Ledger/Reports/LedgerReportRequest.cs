using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>A question for sums: what was spent, by whom or for what, and when. Immutable.</summary>
/// <example><code>
/// var report = await ledger.ReportAsync(new LedgerReportRequest
/// {
///     From = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), To = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero),
///     GroupBy = ["project"], Interval = LedgerInterval.Day, TimeZone = "Europe/Berlin", Top = 10,
/// });
/// </code></example>
public sealed record LedgerReportRequest
{
    /// <summary>The most names to group by.</summary>
    public const int MaxGroups = 4;

    private static readonly string[] Reserved = ["interval", "amount", "count", "rest", "allocated"];

    /// <summary>The first moment. Sums are kept by the quarter of an hour: a time between two begins with the earlier one.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment after the report. A time between two quarters of an hour ends with the later one.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>
    /// The kinds of names to group by, at most four: <c>provider</c>, <c>user</c>, <c>project</c>, <c>model</c>, <c>operation</c>, <c>tenant</c>, <c>feature</c>, or any dimension that an
    /// entry has. Empty for one group of all.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than four, one is named twice, or one is <c>interval</c>, <c>amount</c>, <c>count</c>, <c>rest</c> or <c>allocated</c>, which are columns of every report.</exception>
    public IReadOnlyList<string> GroupBy { get; init => field = Checked(value); } = [];

    /// <summary>The span of each row. Default: all of the time.</summary>
    public LedgerInterval Interval { get; init; } = LedgerInterval.Whole;

    /// <summary>The time zone, a name of the IANA database, by whose clock spans begin. Default UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The number of groups that have rows of their own, those that spent most; all others are one row of each span. Null for all groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? Top { get; init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Top), value, "Top must be at least 1."); }

    /// <summary>
    /// The partition whose entries are counted; null for all partitions, and for entries without one. A name to group by that no entry of it has is then no error: whether other partitions have it is not told.
    /// </summary>
    public string? Partition { get; init; }

    /// <summary>The scopes that entries must have to be counted, id by kind as in <see cref="LedgerQuery.Scopes"/>. Empty for all entries.</summary>
    public IReadOnlyDictionary<string, string> Scopes { get; init; } = FrozenDictionary<string, string>.Empty;

    private static string[] Checked(IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups, nameof(GroupBy));
        if (groups.Count > MaxGroups)
            throw new ArgumentException($"GroupBy has {groups.Count} names; at most {MaxGroups} are allowed.", nameof(GroupBy));
        foreach (var group in groups)
        {
            ArgumentException.ThrowIfNullOrEmpty(group, nameof(GroupBy));
            if (Reserved.Contains(group))
                throw new ArgumentException($"GroupBy cannot have '{group}', which is a column of every report.", nameof(GroupBy));
        }
        return groups.Distinct(StringComparer.Ordinal).Count() == groups.Count ? [.. groups] : throw new ArgumentException("GroupBy has a name twice.", nameof(GroupBy));
    }
}
