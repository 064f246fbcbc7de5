using System.Collections.Immutable;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Delivers the entries of a store's streams to the ledger, those of this process and of all others: one loop, which looks at once into the partitions that this process has charged, and into all others every
/// few seconds. Thread-safe.
/// </summary>
internal sealed class StreamFeed : IChangeFeed, IDisposable
{
    private const int MostRead = 1_000;
    private const int PartitionsAtOnce = 16;
    private const int MostHeld = 5_000;

    // So that entries come in batches.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(5);

    private readonly IStreamedEntries _stream;
    private readonly LedgerOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _process = Guid.NewGuid().ToString("n");
    private readonly StreamPartitions _partitions = new();
    private readonly ClaimedEntries _claimed;
    private readonly StreamBacklog _backlog;
    private readonly StreamFlushes _flushes;
    private readonly HashSet<string> _toReadAgain = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;
    private TaskCompletionSource _woken = NewSignal();
    private long _lastRound;
    private long _lastTakeOver;
    private TimeSpan _pause;
    private BudgetStoreException? _fault;
    private volatile LedgerFailure? _failure;
    private volatile bool _isClosing;
    private bool _isClosed;

    public StreamFeed(ILedger ledger, IStreamedEntries stream, LedgerOptions options, TimeProvider timeProvider, ILogger logger, LedgerMetrics metrics)
    {
        (_stream, _options, _timeProvider, _logger) = (stream, options, timeProvider, logger);
        _claimed = new(ledger, stream, options, timeProvider, logger, metrics);
        _backlog = new(stream, _partitions, options, timeProvider, logger);
        _flushes = new(stream, options, timeProvider, Wake);
        _loop = Task.Run(RunAsync);
    }

    public LedgerFeedStatus Status
    {
        get
        {
            var failure = _claimed.Failure ?? _failure;
            return new((int)Math.Min(_backlog.Waiting, int.MaxValue), _backlog.IsFull, failure?.Reason)
            {
                FailingSince = failure?.Since,
                MaxBacklog = _options.MaxBacklog,
                IsRefusing = IsRefusing,
                SetAside = _backlog.SetAside,
            };
        }
    }

    public bool IsRefusing => _options.AtMaxBacklog == LedgerBacklogPolicy.Refuse && _backlog.IsFull;

    // Entries in Redis are gone from there once they are delivered.
    public ValueTask<long> CountWaitingAsync() => _backlog.CountAllAsync();

    public bool TryForgetDelivered() => true;

    /// <summary>Takes note that this process may have appended an entry.</summary>
    public void Appended(string? partition)
    {
        if (_partitions.Append(partition))
            Wake();
    }

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _flushes.RunAsync(cancellationToken).ConfigureAwait(false);
        await _backlog.TryCountAsync().ConfigureAwait(false);
    }

    /// <summary>Delivers what this process has appended, for at most 5 seconds. What is left is delivered by other processes, or by the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        await _backlog.DisposeAsync().ConfigureAwait(false);
        _isClosing = true;
        Wake();
        try
        {
            await _loop.WaitAsync(LongestClosing, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LedgerLog.LeftInStore(_logger, (int)Math.Min(_backlog.Waiting, int.MaxValue));
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async Task RunAsync()
    {
        try
        {
            for (var isFirst = true; !_isClosing; isFirst = false)
            {
                if (!isFirst)
                    await WaitAsync().ConfigureAwait(false);
                await PassAsync(isRound: isFirst || _flushes.AreAny || _timeProvider.GetElapsedTime(_lastRound) >= BetweenRounds).ConfigureAwait(false);
            }
            // What was appended during the last pass.
            await PassAsync(isRound: false).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The feed is closed.
        }
        finally
        {
            _flushes.End();
        }
    }

    private async Task WaitAsync()
    {
        var woken = Volatile.Read(ref _woken);
        var longest = _pause > TimeSpan.Zero ? _pause : BetweenRounds;
        // Woken while the store is away it waits all the same.
        var waiting = _pause > TimeSpan.Zero && !_isClosing ? Task.Delay(longest, _timeProvider, _closing.Token) : woken.Task.WaitAsync(longest, _timeProvider, _closing.Token);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Token.ThrowIfCancellationRequested();
        if (!_isClosing)
            await Task.Delay(Gathering, _timeProvider, _closing.Token).ConfigureAwait(false);
        Volatile.Write(ref _woken, NewSignal());
    }

    /// <summary>Delivers what waits, in all partitions or in those with new entries of this process. A failure of the store is for the next pass to overcome.</summary>
    private async Task PassAsync(bool isRound)
    {
        var round = isRound ? _flushes.BeginRound() : null;
        HashSet<string> partitions = [.. _partitions.TakeAppended(), .. _toReadAgain];
        _fault = null;
        try
        {
            if (isRound)
            {
                await foreach (var partition in _stream.ReadPartitionsAsync().ConfigureAwait(false))
                    partitions.Add(partition ?? "");
                if (_lastTakeOver == 0 || _timeProvider.GetElapsedTime(_lastTakeOver) >= _options.TakeOverAfter / 2)
                    await TakeOverAsync(partitions).ConfigureAwait(false);
                _lastRound = _timeProvider.GetTimestamp();
            }
            await DeliverAsync(partitions).ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            _fault = e;
            _toReadAgain.UnionWith(partitions);
        }
        Report();
        StreamFlushes.EndRound(round);
    }

    private void Report()
    {
        if (_fault is not null && _failure is null)
            LedgerLog.StreamNotRead(_logger, _fault);
        else if (_fault is null && _failure is not null)
            LedgerLog.StreamReadAgain(_logger);
        _failure = _fault is null ? null : new(_fault.Message, _failure?.Since ?? _timeProvider.GetUtcNow());
        // A value that is not the store's is no reason for the other partitions to wait.
        _pause = _fault is null or { IsNeverAllowed: true } ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(Math.Max(_pause.Ticks * 2, _options.RetryAfter.Ticks), LongestPause.Ticks));
    }

    private async Task TakeOverAsync(HashSet<string> partitions)
    {
        foreach (var part in partitions.Chunk(PartitionsAtOnce))
        {
            _ = await ClaimAsync(part, partition => _stream.TakeOverAsync(NameOf(partition), _process, MostRead, _options.TakeOverAfter)).ConfigureAwait(false);
            await _claimed.WriteAsync(_closing.Token).ConfigureAwait(false);
        }
        _lastTakeOver = _timeProvider.GetTimestamp();
    }

    private async Task DeliverAsync(HashSet<string> partitions)
    {
        await _claimed.WriteAsync(_closing.Token).ConfigureAwait(false);
        for (IReadOnlyCollection<string> left = partitions; left.Count > 0 && _claimed.Count < MostHeld;)
        {
            var more = new List<string>();
            foreach (var part in left.Chunk(PartitionsAtOnce))
            {
                // Those that it has already come before the new ones.
                var again = part.Where(_toReadAgain.Contains).ToHashSet(StringComparer.Ordinal);
                _toReadAgain.ExceptWith(again);
                more.AddRange(await ClaimAsync(part, partition => _stream.ReadAsync(NameOf(partition), _process, MostRead, again.Contains(partition))).ConfigureAwait(false));
                more.AddRange(again.Except(more).Except(_toReadAgain));
                await _claimed.WriteAsync(_closing.Token).ConfigureAwait(false);
            }
            left = more;
        }
    }

    /// <summary>Reads from some partitions at once, and gives back those that may have more.</summary>
    private async Task<List<string>> ClaimAsync(string[] partitions, Func<string, ValueTask<ImmutableArray<StreamedEntry>>> readAsync)
    {
        var read = await Task.WhenAll(partitions.Select(async partition => await TryReadAsync(partition, readAsync).ConfigureAwait(false))).ConfigureAwait(false);
        var more = new List<string>();
        for (var i = 0; i < partitions.Length; i++)
        {
            if (read[i].Fault is { } fault)
            {
                _fault = fault;
                // What was read without an answer is this process's by now, and is given out by no reading of new entries.
                _toReadAgain.Add(partitions[i]);
            }
            if (read[i].Entries.Length == MostRead)
                more.Add(partitions[i]);
            if (read[i].Entries.IsEmpty)
                continue;
            _partitions.Use(NameOf(partitions[i]));
            await _claimed.AddAsync(NameOf(partitions[i]), read[i].Entries).ConfigureAwait(false);
        }
        return more;
    }

    private static async ValueTask<(ImmutableArray<StreamedEntry> Entries, BudgetStoreException? Fault)> TryReadAsync(
        string partition, Func<string, ValueTask<ImmutableArray<StreamedEntry>>> readAsync)
    {
        try
        {
            return (await readAsync(partition).ConfigureAwait(false), null);
        }
        catch (BudgetStoreException e)
        {
            return ([], e);
        }
    }

    private void Wake() => Volatile.Read(ref _woken).TrySetResult();

    private static string? NameOf(string partition) => partition.Length == 0 ? null : partition;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
