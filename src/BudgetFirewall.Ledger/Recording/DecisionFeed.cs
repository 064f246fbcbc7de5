using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// The way of denials, and of what is allowed, to the ledger: a queue of their own, so that they hold up no charge. What does not fit into it is left out and counted, and denials above a rate are counted
/// together, minute by minute. Thread-safe.
/// </summary>
internal sealed class DecisionFeed : IAsyncDisposable, IDisposable
{
    /// <summary>The most entries that wait, some 20 MB.</summary>
    private const int MostWaiting = 10_000;

    private readonly LedgerOptions _options;
    private readonly LedgerMetrics _metrics;
    private readonly LedgerFeed _feed;
    private readonly ITimer _minutes;
    private readonly Lock _lock = new();
    private readonly DenialCounts _counts;
    private Func<DenialKey, DateTimeOffset, long, LedgerEntry>? _entryOf;
    private long _leftOut;

    public DecisionFeed(ILedger ledger, LedgerOptions options, TimeProvider timeProvider, ILogger logger, LedgerMetrics metrics)
    {
        (_options, _metrics, _counts) = (options, metrics, new(options.DenialsPerMinute));
        _feed = new(ledger, new() { MaxBacklog = MostWaiting, AtMaxBacklog = LedgerBacklogPolicy.Report, RetryAfter = options.RetryAfter }, timeProvider, logger, metrics, isBestEffort: true);
        _minutes = timeProvider.CreateTimer(_ => CloseMinute(), state: null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    public bool RecordsDenials => _options.RecordDenials;

    public bool RecordsAllowed => _options.RecordAllowed;

    /// <summary>The number of decisions that were left out.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>True for a denial that is to have an entry of its own.</summary>
    public bool TakeAlone()
    {
        lock (_lock)
            return _counts.TakeAlone();
    }

    /// <summary>Records a decision, unless too many wait.</summary>
    public void Record(LedgerEntry entry)
    {
        if (_feed.Status.Waiting < MostWaiting)
            _feed.Record(entry);
        else
            LeaveOut(entry.Count);
    }

    /// <summary>Counts a denial that has no entry of its own.</summary>
    /// <param name="key">What it is counted with.</param>
    /// <param name="now">The store's time of it.</param>
    /// <param name="entryOf">Makes the entry of what was counted.</param>
    public void Count(in DenialKey key, DateTimeOffset now, Func<DenialKey, DateTimeOffset, long, LedgerEntry> entryOf)
    {
        bool isCounted;
        lock (_lock)
        {
            _entryOf = entryOf;
            isCounted = _counts.TryCount(key, now);
        }
        if (!isCounted)
            LeaveOut(1);
    }

    /// <summary>The number of entries that wait, with those of what was counted up to now.</summary>
    public int CountWaiting()
    {
        CloseMinute();
        return _feed.Status.Waiting;
    }

    public Task FlushAsync(CancellationToken cancellationToken)
    {
        CloseMinute();
        return _feed.FlushAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _minutes.DisposeAsync().ConfigureAwait(false);
        CloseMinute();
        await _feed.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private void CloseMinute()
    {
        IReadOnlyList<(DenialKey Key, DateTimeOffset First, long Count)> counted;
        Func<DenialKey, DateTimeOffset, long, LedgerEntry>? entryOf;
        lock (_lock)
            (counted, entryOf) = (_counts.Close(), _entryOf);
        foreach (var (key, first, count) in counted)
            Record(entryOf!(key, first, count));
    }

    private void LeaveOut(long count)
    {
        Interlocked.Add(ref _leftOut, count);
        _metrics.LeftOut(count);
    }
}
