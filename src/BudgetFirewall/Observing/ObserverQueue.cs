using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Calls the observers in the background, one event after the other; drops events that do not fit.</summary>
internal sealed class ObserverQueue : IAsyncDisposable
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly Lazy<IReadOnlyList<IBudgetObserver>> _observers;
    private readonly Channel<Action<IBudgetObserver>>? _events;
    private readonly Task _pump = Task.CompletedTask;
    private readonly Action _onDropped;
    private readonly ILogger _logger;

    /// <param name="observers">Makes the observers when there is a first event, which lets an observer depend on the firewall itself; null when there are none.</param>
    /// <param name="onDropped">Called for each event that does not fit.</param>
    /// <param name="logger">The logger of failures.</param>
    public ObserverQueue(Func<IReadOnlyList<IBudgetObserver>>? observers, Action onDropped, ILogger logger)
    {
        _observers = new(observers ?? (() => []));
        _onDropped = onDropped;
        _logger = logger;
        if (observers is null)
            return;
        _events = Channel.CreateBounded<Action<IBudgetObserver>>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>False when there are no observers, so that events need not be made.</summary>
    public bool IsObserved => _events is not null;

    public void Post(Action<IBudgetObserver> notify)
    {
        // Made here, not in the background: the container they come from may be disposed before the background gets to it.
        if (_events is not null && Observers().Count > 0 && !_events.Writer.TryWrite(notify))
            _onDropped();
    }

    /// <summary>Gives the observers the events that are queued, waiting a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _events?.Writer.TryComplete();
        await Task.WhenAny(_pump, Task.Delay(DrainTime, TimeProvider.System)).ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        await foreach (var notify in _events!.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var observer in Observers())
                Notify(notify, observer);
        }
    }

    private IReadOnlyList<IBudgetObserver> Observers()
    {
        try
        {
            return _observers.Value;
        }
#pragma warning disable CA1031 // Observers that cannot be made never break anything but themselves.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ObservingLog.ObserverFailed(_logger, nameof(IBudgetObserver), e);
            return [];
        }
    }

    private void Notify(Action<IBudgetObserver> notify, IBudgetObserver observer)
    {
        try
        {
            notify(observer);
        }
#pragma warning disable CA1031 // An observer never breaks anything but itself.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ObservingLog.ObserverFailed(_logger, observer.GetType().FullName ?? "", e);
        }
    }
}
