using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>Makes reports from the roll-ups by the quarter of an hour. Thread-safe.</summary>
internal sealed class ReportReader(LedgerDatabase database)
{
    private const int MostInOneList = 1_000;

    // No name has this id.
    private const long NoKind = -1;

    /// <exception cref="ArgumentException">The times are reversed, or a name to group by or a time zone is not known.</exception>
    public async ValueTask<LedgerReport> ReadAsync(LedgerReportRequest request, CancellationToken cancellationToken)
    {
        var spans = new ReportSpans(request);
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await ReadAsync(session, request, spans, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A report of what one session sees.</summary>
    /// <exception cref="ArgumentException">A name to group by is not known.</exception>
    public static async ValueTask<LedgerReport> ReadAsync(LedgerSession session, LedgerReportRequest request, ReportSpans spans, CancellationToken cancellationToken)
    {
        var kinds = new List<long>();
        foreach (var group in request.GroupBy)
            kinds.Add(await KindAsync(session, group, request.Partition, nameof(request.GroupBy), cancellationToken).ConfigureAwait(false));
        var filters = new List<long>();
        foreach (var (kind, scope) in LedgerScopes.Filters(request.Partition, request.Scopes))
        {
            if (await EntryReader.FindScopeAsync(session, kind, scope, cancellationToken).ConfigureAwait(false) is not { } id)
                return new(spans.From, spans.To, request, []);
            filters.Add(id);
        }
        var sums = kinds.Count <= 1 && filters.Count == 0
            ? await SumByScopeAsync(session, spans, kinds, cancellationToken).ConfigureAwait(false)
            : await SumAsync(session, spans, kinds, filters, cancellationToken).ConfigureAwait(false);
        return await ReportAsync(session, request, spans, sums, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The id of a kind of names.</summary>
    /// <param name="session">The session.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="partition">The partition that is asked about; null for all.</param>
    /// <param name="member">The member that names the kind.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">Of all partitions, no entry has such a name.</exception>
    public static async ValueTask<long> KindAsync(LedgerSession session, string kind, string? partition, string member, CancellationToken cancellationToken)
    {
        var command = session.Command("find_name").With("name", LedgerScopes.Stored(kind));
        await using var _ = command.ConfigureAwait(false);
        // No kind of scope has an equals sign; what is kept under such a name is for the ledger itself.
        if (!kind.Contains('=', StringComparison.Ordinal) && await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long id)
            return id;
        // Of one partition, a name that others have is answered as one that nobody has: none of its entries names it.
        return LedgerScopes.IsWellKnown(kind) || partition is not null
            ? NoKind
            : throw new ArgumentException(DisplayText.Escape($"{member} has '{kind}', and no entry of the ledger names one."), member);
    }

    /// <summary>One name at most, of all entries: its own roll-ups are few. What they lack of all is of entries without that name.</summary>
    private static async ValueTask<ReportSums> SumByScopeAsync(LedgerSession session, ReportSpans spans, List<long> kinds, CancellationToken cancellationToken)
    {
        var global = await KindAsync(session, LedgerScopes.Global, partition: null, nameof(LedgerReportRequest.GroupBy), cancellationToken).ConfigureAwait(false);
        var all = await SumByScopeAsync(session, spans, global, isNamed: false, cancellationToken).ConfigureAwait(false);
        if (kinds.Count == 0)
            return all;
        var sums = await SumByScopeAsync(session, spans, kinds[0], isNamed: true, cancellationToken).ConfigureAwait(false);
        sums.AddMissing(default, all);
        return sums;
    }

    private static async ValueTask<ReportSums> SumByScopeAsync(LedgerSession session, ReportSpans spans, long kind, bool isNamed, CancellationToken cancellationToken)
    {
        var sums = new ReportSums();
        foreach (var part in spans.Parts)
        {
            var command = WithPart(session.Command("report_by_scope"), spans, part).With("kind", kind);
            await AddAsync(command, sums, spans, part, reader => new(isNamed ? reader.GetInt64(0) : 0), groupColumns: 1, cancellationToken).ConfigureAwait(false);
        }
        return sums;
    }

    private static async ValueTask<ReportSums> SumAsync(LedgerSession session, ReportSpans spans, List<long> kinds, List<long> filters, CancellationToken cancellationToken)
    {
        var sums = new ReportSums();
        foreach (var part in spans.Parts)
        {
            var command = WithPart(session.Command<long>("report", [], filters), spans, part);
            // As text: SQLite takes a number behind ->> for the index of an array.
            for (var i = 0; i < LedgerReportRequest.MaxGroups; i++)
                command.With($"kind{i}", (i < kinds.Count ? kinds[i] : NoKind).ToString(CultureInfo.InvariantCulture));
            await AddAsync(command, sums, spans, part, GroupOf, groupColumns: LedgerReportRequest.MaxGroups, cancellationToken).ConfigureAwait(false);
        }
        return sums;

        static ReportGroup GroupOf(DbDataReader reader) =>
            new(reader.OptionalNumber(0) ?? 0, reader.OptionalNumber(1) ?? 0, reader.OptionalNumber(2) ?? 0, reader.OptionalNumber(3) ?? 0);
    }

    private static DbCommand WithPart(DbCommand command, ReportSpans spans, ReportPart part) =>
        command.With("offset", part.Offset).With("width", spans.Width).With("from", part.First).With("to", part.End);

    private static async ValueTask AddAsync(
        DbCommand command, ReportSums sums, ReportSpans spans, ReportPart part, Func<DbDataReader, ReportGroup> groupOf, int groupColumns, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var sum = new ReportSum(
                SplitSum.Of(reader.GetInt64(groupColumns + 1), reader.GetInt64(groupColumns + 2)),
                reader.GetInt64(groupColumns + 3),
                SplitSum.Of(reader.GetInt64(groupColumns + 4), reader.GetInt64(groupColumns + 5)));
            sums.Add(groupOf(reader), spans.StartOf(part, reader.GetInt64(groupColumns)), sum);
        }
    }

    private static async ValueTask<LedgerReport> ReportAsync(
        LedgerSession session, LedgerReportRequest request, ReportSpans spans, ReportSums sums, CancellationToken cancellationToken)
    {
        IReadOnlySet<ReportGroup> top = request.Top is { } count ? sums.Top(count).ToHashSet() : sums.Groups.ToHashSet();
        int[] columns = [.. Enumerable.Range(0, request.GroupBy.Count)];
        long[] ids = [.. top.SelectMany(group => columns.Select(i => group[i])).Where(id => id != 0).Distinct()];
        var names = await NamesAsync(session, ids, cancellationToken).ConfigureAwait(false);
        var rows = sums.Rows(top)
            .Select(row => new LedgerReportRow(
                [.. columns.Select(i => row.Group is { } group ? names.GetValueOrDefault(group[i]) : null)], row.Span, row.Sum.Amount, row.Sum.Count, row.Group is null, row.Sum.Allocated))
            .OrderBy(row => row.Interval).ThenBy(row => row.IsRest).ThenByDescending(row => row.Amount).ThenByDescending(row => row.Allocated)
            .ThenBy(row => string.Join('\0', row.Names), StringComparer.Ordinal);
        return new(spans.From, spans.To, request, [.. rows]);
    }

    private static async ValueTask<Dictionary<long, string>> NamesAsync(LedgerSession session, long[] ids, CancellationToken cancellationToken)
    {
        var names = new Dictionary<long, string>();
        foreach (var part in ids.Chunk(MostInOneList))
        {
            var command = session.Command("read_scope_names", part);
            await using var _ = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                names[reader.GetInt64(0)] = reader.Text(1);
        }
        return names;
    }
}
