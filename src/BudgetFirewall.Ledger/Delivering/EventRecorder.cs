using System.Threading.Channels;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Writes events into the database, many in one transaction, for as long as it takes.</summary>
internal sealed class EventRecorder : IAsyncDisposable
{
    private const int MostWaiting = 10_000;
    private const int MostInOneTransaction = 500;

    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly LedgerDatabase _database;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Action _onRecorded;
    private readonly Channel<BudgetEvent> _events = Channel.CreateBounded<BudgetEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;
    private int _waiting;
    private bool _isFailing;

    public EventRecorder(LedgerDatabase database, TimeProvider timeProvider, ILogger logger, Action onRecorded)
    {
        (_database, _timeProvider, _logger, _onRecorded) = (database, timeProvider, logger, onRecorded);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Takes an event; waits while too many wait.</summary>
    public ValueTask AddAsync(BudgetEvent e, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        return _events.Writer.WriteAsync(e, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await Task.WhenAny(_loop, Task.Delay(LongestClosing, TimeProvider.System)).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (Volatile.Read(ref _waiting) > 0)
            DeliveryLog.Lost(_logger, _waiting);
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _events.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                var batch = new List<BudgetEvent>();
                while (batch.Count < MostInOneTransaction && _events.Reader.TryRead(out var e))
                    batch.Add(e);
                while (!await TryWriteAsync(batch).ConfigureAwait(false))
                    await Task.Delay(Retry, _timeProvider, _closing.Token).ConfigureAwait(false);
                Interlocked.Add(ref _waiting, -batch.Count);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // What waits is lost, as the log says.
        }
    }

    private async Task<bool> TryWriteAsync(List<BudgetEvent> batch)
    {
        try
        {
            var session = await _database.WriteAsync(_closing.Token).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            var count = await EventRows.WriteAsync(session, _database.Dialect, batch, _timeProvider.GetUtcNow(), subscriptionId: null, _closing.Token).ConfigureAwait(false);
            await session.CommitAsync(_closing.Token).ConfigureAwait(false);
            _isFailing = false;
            if (count > 0)
                _onRecorded();
            return true;
        }
#pragma warning disable CA1031 // Whatever it was, it is tried again.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            if (!_isFailing)
                DeliveryLog.NotRecorded(_logger, Volatile.Read(ref _waiting), e);
            _isFailing = true;
            return false;
        }
    }
}
