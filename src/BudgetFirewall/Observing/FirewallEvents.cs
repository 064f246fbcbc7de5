using System.Threading.Channels;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// Raises the events of a firewall: it puts them into the queues of the channels. Denials are counted in the background, minute by minute. Without channels it does nothing. Thread-safe.
/// </summary>
internal sealed class FirewallEvents : IAsyncDisposable
{
    private const int MostDenialsWaiting = 10_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lazy<IReadOnlyList<ChannelQueue>> _channels;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _source;
    private readonly Channel<BudgetDecision?>? _denials;
    private readonly ITimer? _minutes;
    private readonly Task _counting = Task.CompletedTask;
    private readonly StoreWatch? _store;
    private long _dropped;

    /// <param name="channels">Makes the channels when there is a first event, which lets a channel depend on the firewall itself; null when there are none.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="name">The firewall's name; null for the unnamed one.</param>
    public FirewallEvents(Func<IReadOnlyList<IEventChannel>>? channels, TimeProvider timeProvider, ILogger logger, string? name)
    {
        (_timeProvider, _logger) = (timeProvider, logger);
        _source = BudgetEvent.SourceOf(name);
        _channels = new(() => channels is null ? [] : Queues(channels));
        if (channels is null)
            return;
        IsHeard = true;
        _store = new(timeProvider, Raise);
        _denials = Channel.CreateBounded<BudgetDecision?>(new BoundedChannelOptions(MostDenialsWaiting) { SingleReader = true });
        _minutes = timeProvider.CreateTimer(_ => CloseMinute(), state: null, Minute, Minute);
        // What is of the call that makes the firewall, as its trace, is not of the denials.
        using (ExecutionContext.SuppressFlow())
            _counting = Task.Run(CountAsync);
    }

    /// <summary>False when nobody hears events, so that they need not be made.</summary>
    public bool IsHeard { get; }

    /// <summary>The number of events, denials included, that did not fit into a queue.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Raises an event. Returns at once and never throws.</summary>
    public void Raise(BudgetEvent e)
    {
        if (!IsHeard)
            return;
        if (e.Source != _source)
            e = e with { Source = _source };
        foreach (var channel in _channels.Value)
        {
            if (!channel.TryAdd(e))
                Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Takes note of a denial, of which an event tells together with others.</summary>
    public void Denied(BudgetDecision decision)
    {
        if (_denials is null)
            return;
        // Made here, not in the background: the container they come from may be disposed before the background gets to it.
        _ = _channels.Value;
        if (!_denials.Writer.TryWrite(decision))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Takes note of a failure of the store.</summary>
    public void StoreFailed(BudgetStoreException exception) => _store?.Failed(exception);

    /// <summary>Takes note of an answer of the store.</summary>
    public void StoreAnswered() => _store?.Answered();

    /// <summary>Tells what waits, for a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_minutes is not null)
            await _minutes.DisposeAsync().ConfigureAwait(false);
        if (_denials is not null)
        {
            _denials.Writer.TryComplete();
            await _counting.ConfigureAwait(false);
        }
        if (_channels.IsValueCreated)
            await Task.WhenAll(_channels.Value.Select(channel => channel.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    // A queue that is full gets no mark; the next minute ends what it would have ended.
    private void CloseMinute() => _denials!.Writer.TryWrite(null);

    private async Task CountAsync()
    {
        var tally = new DenialTally();
        await foreach (var decision in _denials!.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (decision is not null)
                tally.Count(decision, _timeProvider.GetUtcNow());
            else
                RaiseAll(tally);
        }
        RaiseAll(tally);
    }

    private void RaiseAll(DenialTally tally)
    {
        foreach (var e in tally.Close())
            Raise(e);
    }

    // Made once: channels that cannot be made are told once, and not at each event.
    private IReadOnlyList<ChannelQueue> Queues(Func<IReadOnlyList<IEventChannel>> channels)
    {
        try
        {
            return [.. channels().Select(channel => new ChannelQueue(channel, _logger))];
        }
#pragma warning disable CA1031 // Channels that cannot be made never break anything but themselves.
        catch (Exception e)
#pragma warning restore CA1031
        {
            EventLog.ChannelsFailed(_logger, e);
            return [];
        }
    }
}
