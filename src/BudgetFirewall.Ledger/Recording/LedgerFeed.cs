using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// A queue of entries that one loop writes to a ledger, batch by batch, for as long as it takes. While a batch is refused it is halved, and an entry that is refused alone goes behind
/// the others, so that it holds up none of them.
/// </summary>
internal sealed class LedgerFeed : IChangeFeed, IDisposable
{
    private const int MostInOneBatch = 1_000;

    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(5);

    private readonly ILedger _ledger;
    private readonly LedgerOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _queue = new();
    private readonly LedgerJournal? _journal;
    private readonly SemaphoreSlim _arrived = new(0, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Flush> _flushes = [];
    private readonly Task _loop;
    private readonly LedgerMetrics _metrics;
    private readonly bool _isBestEffort;
    private long _lastPlace;
    private LedgerFailure? _failure;
    private int _unkept;
    private bool _isFullLogged;
    private bool _isClosed;
    private int _batchSize = MostInOneBatch;

    /// <summary>A feed, which begins at once with what its journal has.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="options">The options.</param>
    /// <param name="timeProvider">The clock for the time between two tries.</param>
    /// <param name="logger">The log.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="isBestEffort">True when no amount is missing where an entry is lost.</param>
    /// <exception cref="InvalidOperationException">The journal cannot be opened or understood, or another process has it.</exception>
    public LedgerFeed(ILedger ledger, LedgerOptions options, TimeProvider timeProvider, ILogger logger, LedgerMetrics metrics, bool isBestEffort = false)
    {
        (_ledger, _options, _timeProvider, _logger, _metrics, _isBestEffort) = (ledger, options, timeProvider, logger, metrics, isBestEffort);
        _journal = options.JournalPath is { } path ? new(path, logger) : null;
        foreach (var (number, item) in _journal?.Left ?? [])
            _queue.Enqueue(new(item, number, ++_lastPlace));
        if (_queue.Count > 0)
        {
            LedgerLog.TakenUp(logger, _queue.Count);
            Wake();
        }
        _loop = Task.Run(RunAsync);
    }

    public LedgerFeedStatus Status
    {
        get
        {
            lock (_lock)
            {
                var isFull = _queue.Count >= _options.MaxBacklog;
                return new(_queue.Count, isFull, _failure?.Reason)
                {
                    FailingSince = _failure?.Since,
                    MaxBacklog = _options.MaxBacklog,
                    IsRefusing = isFull && _options.AtMaxBacklog == LedgerBacklogPolicy.Refuse,
                    Unkept = _unkept,
                };
            }
        }
    }

    public bool IsRefusing
    {
        get
        {
            if (_options.AtMaxBacklog == LedgerBacklogPolicy.Report)
                return false;
            lock (_lock)
                return _queue.Count >= _options.MaxBacklog;
        }
    }

    /// <summary>What an earlier process has left in the journal, in its order. It is in the queue too.</summary>
    public IEnumerable<FeedItem> Left => (_journal?.Left ?? []).Select(left => left.Value);

    /// <summary>Puts an entry into the queue, however long that is.</summary>
    public void Record(LedgerEntry entry) => Record(new FeedItem(entry, []));

    /// <summary>Puts what is written together into the queue, however long that is.</summary>
    public void Record(in FeedItem item)
    {
        var number = _journal?.Append(item) ?? 0;
        bool isFull, isFirst;
        lock (_lock)
        {
            var waiting = new Waiting(item, number, ++_lastPlace);
            _queue.Enqueue(waiting);
            _unkept += IsUnkept(waiting) ? 1 : 0;
            isFirst = _queue.Count == 1;
            isFull = _queue.Count >= _options.MaxBacklog && !_isFullLogged;
            _isFullLogged |= isFull;
        }
        if (isFull && _isBestEffort)
            LedgerLog.DecisionsLeftOut(_logger, _options.MaxBacklog);
        else if (isFull)
            LedgerLog.BacklogFull(_logger, _options.MaxBacklog, LedgerBacklog.ConsequenceOf(_options));
        if (isFirst)
            Wake();
    }

    public ValueTask<long> CountWaitingAsync() => new(Status.Waiting);

    public bool TryForgetDelivered() => _journal?.TryForgetDelivered() ?? true;

    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_queue.Count == 0)
                return Task.CompletedTask;
            _flushes.Add(new(_lastPlace, written));
        }
        return written.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what waits, for at most 5 seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        try
        {
            await FlushAsync().WaitAsync(LongestClosing, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            if (_isBestEffort)
                LedgerLog.DecisionsLost(_logger, Status.Waiting);
            else if (_journal is null)
                LedgerLog.Lost(_logger, Status.Waiting);
            else
                LedgerLog.Kept(_logger, Status.Waiting);
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
        _arrived.Dispose();
        _journal?.Dispose();
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _arrived.WaitAsync(_closing.Token).ConfigureAwait(false);
                while (NextBatch() is { Length: > 0 } batch)
                    await WriteAsync(batch).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The feed is closed.
        }
    }

    private async Task WriteAsync(Waiting[] batch)
    {
        try
        {
            await AppendAsync(batch).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(batch, e);
            await Task.Delay(_options.RetryAfter, _timeProvider, _closing.Token).ConfigureAwait(false);
            return;
        }
        _journal?.Remove(batch.Select(waiting => waiting.Number));
        _metrics.Written(batch.Length);
        Written(batch.Length);
    }

    private async ValueTask AppendAsync(Waiting[] batch)
    {
        LedgerEntry[] entries = [.. batch.Select(waiting => waiting.Item.Entry).OfType<LedgerEntry>()];
        StateChange[] changes = [.. batch.Where(waiting => !waiting.Item.Changes.IsDefaultOrEmpty).SelectMany(waiting => waiting.Item.Changes)];
        if (changes.Length > 0 && _ledger is IStateLedger state)
            await state.AppendAsync(entries, changes, _closing.Token).ConfigureAwait(false);
        else
            await _ledger.AppendAsync(entries, _closing.Token).ConfigureAwait(false);
    }

    private Waiting[] NextBatch()
    {
        lock (_lock)
            return [.. _queue.Take(_batchSize)];
    }

    private void Failed(Waiting[] batch, Exception exception)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _failure is null;
            _failure = new(exception.Message, _failure?.Since ?? _timeProvider.GetUtcNow());
            _batchSize = Math.Max(batch.Length / 2, 1);
            if (batch.Length == 1)
                _queue.Enqueue(_queue.Dequeue());
        }
        _metrics.Failed();
        if (isFirst)
            LedgerLog.NotWritten(_logger, Status.Waiting, exception);
    }

    private void Written(int count)
    {
        var wasFailing = false;
        Flush[] flushed;
        lock (_lock)
        {
            for (var i = 0; i < count; i++)
                _unkept -= IsUnkept(_queue.Dequeue()) ? 1 : 0;
            (wasFailing, _failure) = (_failure is not null, null);
            // An entry that is refused by itself is met again by small batches first.
            _batchSize = Math.Min(_batchSize * 2, MostInOneBatch);
            _isFullLogged &= _queue.Count >= _options.MaxBacklog;
            flushed = [.. _flushes.Where(flush => !IsWaitingUpTo(flush.Place))];
            _flushes.RemoveAll(flushed.Contains);
        }
        if (wasFailing)
            LedgerLog.WrittenAgain(_logger, Status.Waiting);
        foreach (var flush in flushed)
            flush.Written.TrySetResult();
    }

    private bool IsUnkept(in Waiting waiting) => _journal is not null && waiting.Number == 0;

    // Most are in order; those that were refused by themselves are behind others that came later.
    private bool IsWaitingUpTo(long place) => _queue.TryPeek(out var first) && (first.Place <= place || _queue.Any(waiting => waiting.Place <= place));

    private void Wake()
    {
        try
        {
            _arrived.Release();
        }
        catch (SemaphoreFullException)
        {
            // The loop has not heard the last call yet, and will look.
        }
    }

    /// <summary>What waits.</summary>
    /// <param name="Item">The entry, and changes of state.</param>
    /// <param name="Number">Its number in the journal; 0 where it is in none.</param>
    /// <param name="Place">Its place in the order in which they came.</param>
    private readonly record struct Waiting(FeedItem Item, long Number, long Place);

    /// <summary>Somebody who waits until no entry waits that has come before.</summary>
    private readonly record struct Flush(long Place, TaskCompletionSource Written);
}
