using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Counts the entries that wait in the partitions that this process has to do with, once a second and apart from the delivery, which may hang on its database. Thread-safe.</summary>
internal sealed class StreamBacklog : IAsyncDisposable
{
    private const int AtOnce = 32;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IStreamedEntries _stream;
    private readonly StreamPartitions _partitions;
    private readonly LedgerOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;
    private long _waiting;
    private long _setAside;
    private bool _isFullLogged;

    public StreamBacklog(IStreamedEntries stream, StreamPartitions partitions, LedgerOptions options, TimeProvider timeProvider, ILogger logger)
    {
        (_stream, _partitions, _options, _timeProvider, _logger) = (stream, partitions, options, timeProvider, logger);
        _loop = Task.Run(RunAsync);
    }

    public long Waiting => Interlocked.Read(ref _waiting);

    public long SetAside => Interlocked.Read(ref _setAside);

    public bool IsFull => Waiting >= _options.MaxBacklog;

    /// <summary>Counts now, if the store answers: one that is away appends nothing either, and the delivery reports it.</summary>
    public async Task TryCountAsync()
    {
        try
        {
            await CountAsync().ConfigureAwait(false);
        }
        catch (BudgetStoreException)
        {
            // The last count stands.
        }
    }

    /// <summary>Counts what waits and what was set aside in all partitions, whoever uses them; at least 1 where the store does not answer.</summary>
    public async ValueTask<long> CountAllAsync()
    {
        try
        {
            var (count, partitions) = (0L, new HashSet<string>(StringComparer.Ordinal));
            await foreach (var partition in _stream.ReadPartitionsAsync().ConfigureAwait(false))
            {
                if (!partitions.Add(partition ?? ""))
                    continue;
                var counted = await _stream.CountAsync(partition).ConfigureAwait(false);
                count += counted.Waiting + counted.SetAside;
            }
            return count;
        }
        catch (BudgetStoreException)
        {
            return Math.Max(1, Waiting + SetAside);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task CountAsync()
    {
        var (waiting, setAside) = (0L, 0L);
        foreach (var part in _partitions.Used().Chunk(AtOnce))
        {
            var counts = await Task.WhenAll(part.Select(async used => await _stream.CountAsync(used.Key.Length == 0 ? null : used.Key).ConfigureAwait(false))).ConfigureAwait(false);
            for (var i = 0; i < part.Length; i++)
            {
                waiting += counts[i].Waiting;
                setAside += counts[i].SetAside;
                if (counts[i] is { Waiting: 0, SetAside: 0 })
                    _partitions.Forget(part[i]);
            }
        }
        Interlocked.Exchange(ref _waiting, waiting);
        Interlocked.Exchange(ref _setAside, setAside);
        if (waiting >= _options.MaxBacklog && !_isFullLogged)
            LedgerLog.BacklogFull(_logger, (int)Math.Min(waiting, int.MaxValue), LedgerBacklog.ConsequenceOf(_options));
        _isFullLogged = waiting >= _options.MaxBacklog;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _timeProvider, _closing.Token).ConfigureAwait(false);
                await TryCountAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The feed is closed.
        }
    }
}
