using System.Globalization;

namespace BudgetFirewall.Redis.Servers;

/// <summary>One Sentinel, which promotes a replica two seconds after its primary has gone and makes the primary a replica when it is back.</summary>
public sealed class RedisSentinel : IAsyncDisposable
{
    /// <summary>What it calls the servers that it watches.</summary>
    public const string ServiceName = "budgets";

    private readonly string _folder = Directory.CreateTempSubdirectory("budgetfirewall-sentinel-").FullName;
    private readonly ReservedPort _port = ReservedPort.Take();
    private IServerProcess? _process;

    private RedisSentinel()
    {
    }

    public int Port => _port.Number;

    public string Address => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    // Sentinel writes what it learns into its own configuration.
    private string Configuration => Path.Combine(_folder, "sentinel.conf");

    public static async Task<RedisSentinel> StartAsync(RedisServer primary)
    {
        var sentinel = new RedisSentinel();
        // A server that comes back becomes a replica once it has not looked down for eight seconds. On a busy machine one that must answer within half a second often does.
        await File.WriteAllTextAsync(sentinel.Configuration, string.Create(CultureInfo.InvariantCulture, $"""
            port {sentinel.Port}
            bind 127.0.0.1
            dir "{sentinel._folder}"
            sentinel monitor {ServiceName} 127.0.0.1 {primary.Port} 1
            sentinel down-after-milliseconds {ServiceName} 2000
            sentinel failover-timeout {ServiceName} 2000

            """));
        sentinel._process = await IServerProcess.StartAsync(sentinel.Port, sentinel._folder, [sentinel.Configuration, "--sentinel"], clock: null);
        return sentinel;
    }

    /// <summary>Whether it has found a replica that it can promote.</summary>
    public async Task<bool> KnowsAsync(RedisServer replica)
    {
        var known = string.Create(CultureInfo.InvariantCulture, $"sentinel known-replica {ServiceName} 127.0.0.1 {replica.Port}");
        return (await File.ReadAllTextAsync(Configuration)).Contains(known, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
