using BudgetFirewall.Redis.Servers;
using StackExchange.Redis;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A Redis server of a test's own, started when it is first asked for, whose time stands still until it is moved.</summary>
internal sealed class MovableRedis : IAsyncDisposable
{
    private readonly ServerClock _clock = new();
    private RedisServer? _server;

    private MovableRedis() => Time = new ServersTime(_clock);

    /// <summary>The time of day of the server. What a process waits for takes its time.</summary>
    public TimeProvider Time { get; }

    public static MovableRedis New() => new();

    public async Task<IConnectionMultiplexer> ConnectAsync(DateTimeOffset now)
    {
        if (_server is null)
        {
            _clock.MoveTo(now);
            _server = await RedisServer.StartAsync(_clock);
        }
        return _server.Admin;
    }

    public void MoveTo(DateTimeOffset moment) => _clock.MoveTo(moment);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _clock.Dispose();
    }

    private sealed class ServersTime(ServerClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.Now;
    }
}
