using System.Globalization;

namespace BudgetFirewall.Redis.Servers;

/// <summary>One Sentinel, which promotes a replica half a second after its primary has gone and makes the primary a replica when it is back.</summary>
public sealed class RedisSentinel : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("budgetfirewall-sentinel-").FullName;
    private ServerProcess? _process;

    private RedisSentinel()
    {
    }

    // Sentinel writes what it learns into its own configuration.
    private string Configuration => Path.Combine(_folder, "sentinel.conf");

    public static async Task<RedisSentinel> StartAsync(RedisServer primary)
    {
        var sentinel = new RedisSentinel();
        var port = RedisServer.FreePort();
        await File.WriteAllTextAsync(sentinel.Configuration, string.Create(CultureInfo.InvariantCulture, $"""
            port {port}
            bind 127.0.0.1
            dir "{sentinel._folder}"
            sentinel monitor budgets 127.0.0.1 {primary.Port} 1
            sentinel down-after-milliseconds budgets 500
            sentinel failover-timeout budgets 2000

            """));
        sentinel._process = await ServerProcess.StartAsync(port, sentinel._folder, [sentinel.Configuration, "--sentinel"], clock: null);
        return sentinel;
    }

    /// <summary>Whether it has found a replica that it can promote.</summary>
    public async Task<bool> KnowsAsync(RedisServer replica)
    {
        var known = string.Create(CultureInfo.InvariantCulture, $"sentinel known-replica budgets 127.0.0.1 {replica.Port}");
        return (await File.ReadAllTextAsync(Configuration)).Contains(known, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
