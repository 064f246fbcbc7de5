using BudgetFirewall.Sample.Log;

namespace BudgetFirewall.Sample.Recording;

/// <summary>A log whose charges are recorded in a ledger, so that a run that was stopped is continued by the next one.</summary>
internal sealed class RecordedDay
{
    private const int MostProjects = 5;

    private readonly ILedger _ledger;
    private readonly ILedgerFeed _feed;
    private readonly UsageLog _log;

    private RecordedDay(ILedger ledger, ILedgerFeed feed, UsageLog log, IReadOnlySet<string> charged, DateTimeOffset? stoppedAt)
    {
        (_ledger, _feed, _log, StoppedAt, ChargedBefore) = (ledger, feed, log, stoppedAt, charged.Count);
        // What was under way is made again. What had ended without a charge had been denied.
        Rest = log with { Calls = [.. log.Calls.Where(call => !charged.Contains(call.OperationId!) && (stoppedAt is null || call.EndsAt >= stoppedAt))] };
    }

    /// <summary>The calls that are left.</summary>
    public UsageLog Rest { get; }

    /// <summary>The log's time at which the run before was stopped; null for none.</summary>
    public DateTimeOffset? StoppedAt { get; }

    /// <summary>The number of calls that runs before have charged.</summary>
    public int ChargedBefore { get; }

    /// <param name="ledger">The ledger.</param>
    /// <param name="feed">The way of the charges to it.</param>
    /// <param name="log">All calls of the log.</param>
    /// <param name="name">Tells the calls of this log, and of this drawing from it, from others in the same ledger.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public static async Task<RecordedDay> OpenAsync(ILedger ledger, ILedgerFeed feed, UsageLog log, string name, CancellationToken cancellationToken)
    {
        // A file that cannot be used is told at once, instead of waited for.
        await ledger.ReadEntriesAsync(new() { Limit = 1 }, cancellationToken);
        // The run before may have left entries in its journal.
        await feed.FlushAsync(cancellationToken);
        var charged = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset? stoppedAt = null;
        await foreach (var entry in ledger.ReadAllEntriesAsync(new() { Kinds = [LedgerEntryKind.Commit], Limit = LedgerQuery.MaxLimit }, cancellationToken))
        {
            if (entry.OperationScope != name)
                continue;
            charged.Add(entry.OperationId);
            stoppedAt ??= entry.Time;
        }
        var named = log with { Calls = [.. log.Calls.Select((call, i) => call with { OperationId = $"call-{i}", OperationScope = name })] };
        return new(ledger, feed, named, charged, stoppedAt);
    }

    /// <summary>What the day has cost, by project and hour, whichever run has charged it.</summary>
    public async Task<LedgerReport> ReportAsync(DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        await _feed.FlushAsync(cancellationToken);
        var from = _log.Calls.Count > 0 ? _log.Calls[0].Time : endedAt;
        return await _ledger.ReportAsync(
            new() { From = from, To = endedAt.AddMinutes(1), GroupBy = ["project"], Interval = LedgerInterval.Hour, Top = MostProjects }, cancellationToken);
    }
}
