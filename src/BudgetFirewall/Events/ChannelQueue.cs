using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The events that wait for one channel, which takes one after the other in the background.</summary>
internal sealed class ChannelQueue : IAsyncDisposable
{
    private const int Capacity = 10_000;

    private static readonly TimeSpan LongestClosing = TimeSpan.FromSeconds(5);

    private readonly IEventChannel _channel;
    private readonly Channel<BudgetEvent> _events = Channel.CreateBounded<BudgetEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly ILogger _logger;
    private readonly Task _pump;

    public ChannelQueue(IEventChannel channel, ILogger logger)
    {
        (_channel, _logger) = (channel, logger);
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Puts an event into the queue; false when there is no room.</summary>
    public bool TryAdd(BudgetEvent e) => _events.Writer.TryWrite(e);

    /// <summary>Tells the channel what waits, for a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await Task.WhenAny(_pump, Task.Delay(LongestClosing, TimeProvider.System)).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        await foreach (var e in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_closing.IsCancellationRequested)
                return;
            try
            {
                await _channel.SendAsync(e, _closing.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // A channel never breaks anything but itself.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                EventLog.ChannelFailed(_logger, e.Id, e.Type, _channel.Name, exception);
            }
        }
    }
}
