using System.Collections.Concurrent;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Servers with a clock that tests move. They are lent to one test at a time, since each test sets the clock.</summary>
internal sealed class ShimmedServers
{
    private static readonly ConcurrentBag<ShimmedServers> IdleSingles = [];
    private static readonly ConcurrentBag<ShimmedServers> IdleClusters = [];
    private static readonly string[] PartitionKeys = ["}:v1:meta", "}:v1:secret", "}:v1:time-zones"];

    private readonly bool _isCluster;
    private readonly IReadOnlyList<RedisServer> _nodes;

    private ShimmedServers(bool isCluster, ServerClock clock, IReadOnlyList<RedisServer> nodes, ConnectionMultiplexer connection) =>
        (_isCluster, Clock, _nodes, Connection) = (isCluster, clock, nodes, connection);

    public ServerClock Clock { get; }

    public ConnectionMultiplexer Connection { get; }

    public static async Task<ShimmedServers> BorrowAsync(bool isCluster)
    {
        if ((isCluster ? IdleClusters : IdleSingles).TryTake(out var idle))
            return idle;
        var clock = new ServerClock();
        var cluster = isCluster ? await RedisCluster.StartAsync(clock) : null;
        IReadOnlyList<RedisServer> nodes = cluster is null ? [await RedisServer.StartAsync(clock)] : cluster.Nodes;
        var connection = await ConnectionMultiplexer.ConnectAsync(string.Join(',', nodes.Select(node => node.Address)) + ",syncTimeout=60000,connectTimeout=30000");
        var servers = new ShimmedServers(isCluster, clock, nodes, connection);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => servers.Abandon();
        return servers;
    }

    public async Task GiveBackAsync()
    {
        await ClearAsync();
        (_isCluster ? IdleClusters : IdleSingles).Add(this);
    }

    public async Task ClearAsync()
    {
        foreach (var node in _nodes)
            await node.CommandAsync("FLUSHALL");
    }

    /// <summary>What the keys take, and nothing that a server needs for itself.</summary>
    public async Task<long> MeasureBytesAsync()
    {
        var bytes = 0L;
        foreach (var node in _nodes)
        {
            foreach (var batch in node.Server.Keys(pattern: "*", pageSize: 1000).Chunk(1000))
                bytes += (await Task.WhenAll(batch.Select(key => node.CommandAsync("MEMORY", "USAGE", key)))).Sum(usage => (long)usage);
        }
        return bytes;
    }

    /// <summary>Every key with its content, byte for byte, and its expiry time; but for what a partition knows of itself, which is renewed once a day and at a process's first sight of a time zone.</summary>
    public async Task<IReadOnlyList<string>> CaptureAsync()
    {
        var lines = new List<string>();
        foreach (var node in _nodes)
        {
            // Asking for the keys removes those whose time is over.
            var keys = (RedisKey[])(await node.CommandAsync("KEYS", "*"))!;
            var seen = keys.Where(key => !PartitionKeys.Any(part => ((string)key!).EndsWith(part, StringComparison.Ordinal)));
            lines.AddRange(await Task.WhenAll(seen.Select(async key => $"{key} {await ContentAsync(node, key)} {(long)await node.CommandAsync("PEXPIRETIME", key)}")));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>The server has the members of a set in any order, and may change it at any time.</summary>
    private static async Task<string> ContentAsync(RedisServer node, RedisKey key) => (string?)await node.CommandAsync("TYPE", key) == "set"
        ? string.Join(' ', ((RedisValue[])(await node.CommandAsync("SMEMBERS", key))!).Select(member => Convert.ToHexString((byte[])member!)).Order(StringComparer.Ordinal))
        : Convert.ToHexString((byte[])(await node.CommandAsync("DUMP", key))!);

    private void Abandon()
    {
        foreach (var node in _nodes)
            node.Abandon();
        Clock.Dispose();
    }
}
