using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The events that wait to become alerts, which are written many at a time, for as long as it takes.</summary>
internal sealed class AlertQueue : IAsyncDisposable
{
    private const int MostWaiting = 10_000;
    private const int MostInOneChange = 200;

    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly AlertWriter _writer;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Channel<BudgetEvent> _events = Channel.CreateBounded<BudgetEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;
    private bool _isFailing;

    public AlertQueue(AlertWriter writer, TimeProvider timeProvider, ILogger logger)
    {
        (_writer, _timeProvider, _logger) = (writer, timeProvider, logger);
        using (ExecutionContext.SuppressFlow())
            _loop = Task.Run(RunAsync);
    }

    /// <summary>Takes an event; waits while too many wait.</summary>
    public ValueTask AddAsync(BudgetEvent e, CancellationToken cancellationToken) => _events.Writer.WriteAsync(e, cancellationToken);

    /// <summary>Writes what waits, for a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await Task.WhenAny(_loop, Task.Delay(LongestClosing, TimeProvider.System)).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _events.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                var batch = new List<BudgetEvent>();
                while (batch.Count < MostInOneChange && _events.Reader.TryRead(out var e))
                    batch.Add(e);
                while (!await TryWriteAsync(batch).ConfigureAwait(false))
                    await Task.Delay(Retry, _timeProvider, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // What waits is lost, as with every channel of the process.
        }
    }

    private async Task<bool> TryWriteAsync(List<BudgetEvent> batch)
    {
        try
        {
            await _writer.WriteAsync(batch, isSeen: false, _closing.Token).ConfigureAwait(false);
            _isFailing = false;
            return true;
        }
#pragma warning disable CA1031 // Whatever it was, it is tried again.
        catch (Exception e) when (e is not OperationCanceledException || !_closing.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!_isFailing)
                AlertLog.NotWritten(_logger, batch.Count + _events.Reader.Count, e);
            _isFailing = true;
            return false;
        }
    }
}
