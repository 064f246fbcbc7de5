using BudgetFirewall.Conformance;

namespace BudgetFirewall.Redis.Tests;

/// <summary>
/// The clock of a process beside a server whose clock was set: it has the server's time of day. What callers wait for passes slowly, for a server that shares
/// two processors with many others is not away because it takes its time; and at once where a test lets it pass.
/// </summary>
internal sealed class ServerTimeProvider : TimeProvider
{
    private const int Patience = 30;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly ServerClock _clock;
    private readonly ManualTimeProvider _waiting = new(DateTimeOffset.UnixEpoch);
    private volatile bool _isStopped;

    public ServerTimeProvider(ServerClock clock)
    {
        _clock = clock;
        _ = TickAsync();
    }

    public override long TimestampFrequency => _waiting.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.Now;

    public override long GetTimestamp() => _waiting.GetTimestamp();

    // The store's own pauses between two tries are short and real.
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime < TimeSpan.FromMilliseconds(100) ? base.CreateTimer(callback, state, dueTime, period) : _waiting.CreateTimer(callback, state, dueTime, period);

    public void LetPass(TimeSpan time) => _waiting.Advance(time);

    public void Stop() => _isStopped = true;

    private async Task TickAsync()
    {
        while (!_isStopped)
        {
            await Task.Delay(Tick * Patience);
            LetPass(Tick);
        }
    }
}
