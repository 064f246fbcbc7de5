using System.Globalization;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A cluster of three primaries, which share out the slots evenly.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;

    private RedisCluster(RedisServer[] nodes) => Nodes = nodes;

    public IReadOnlyList<RedisServer> Nodes { get; }

    /// <summary>How a client connects to all of it.</summary>
    public string Address => string.Join(',', Nodes.Select(node => node.Address));

    public static async Task<RedisCluster> StartAsync(ServerClock? clock = null)
    {
        // Nodes judge each other by the time of day; a clock that is moved by years must not make them give each other up.
        string[] settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", clock is null ? "2000" : "3153600000000", "--cluster-require-full-coverage", "no"];
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RedisServer.StartAsync(clock, settings)));
        var cluster = new RedisCluster(nodes);
        await cluster.JoinAsync();
        return cluster;
    }

    /// <summary>The node that serves a key.</summary>
    public RedisServer NodeOf(RedisKey key) => Nodes[HashSlot(key) * Nodes.Count / Slots];

    public int HashSlot(RedisKey key) => Nodes[0].Admin.HashSlot(key);

    /// <summary>Moves a slot and its keys from one node to another, key by key, as redis-cli does.</summary>
    public async Task MoveSlotAsync(int slot, RedisServer from, RedisServer to)
    {
        var (source, target) = ((string)(await from.CommandAsync("CLUSTER", "MYID"))!, (string)(await to.CommandAsync("CLUSTER", "MYID"))!);
        await to.CommandAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", source);
        await from.CommandAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
        while ((RedisKey[])(await from.CommandAsync("CLUSTER", "GETKEYSINSLOT", slot, 10))! is { Length: > 0 } keys)
        {
            foreach (var key in keys)
                await from.CommandAsync("MIGRATE", "127.0.0.1", to.Port, key, 0, 5000);
        }
        foreach (var node in new[] { to, from }.Concat(Nodes.Except([from, to])))
            await node.CommandAsync("CLUSTER", "SETSLOT", slot, "NODE", target);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }

    private async Task JoinAsync()
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            var (first, last) = ((i * Slots + Nodes.Count - 1) / Nodes.Count, (((i + 1) * Slots) + Nodes.Count - 1) / Nodes.Count - 1);
            await Nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", first, last);
            if (i > 0)
                await Nodes[i].CommandAsync("CLUSTER", "MEET", "127.0.0.1", Nodes[0].Port.ToString(CultureInfo.InvariantCulture));
        }
        for (var attempt = 0; !await IsWholeAsync(); attempt++)
        {
            if (attempt > 2_400)
                throw new InvalidOperationException("The cluster's nodes do not find each other.");
            await Task.Delay(25);
        }
    }

    private async Task<bool> IsWholeAsync()
    {
        foreach (var node in Nodes)
        {
            var info = (string)(await node.CommandAsync("CLUSTER", "INFO"))!;
            if (!info.Contains("cluster_state:ok", StringComparison.Ordinal) || !info.Contains("cluster_slots_ok:16384", StringComparison.Ordinal) || !info.Contains("cluster_known_nodes:3", StringComparison.Ordinal))
                return false;
        }
        return true;
    }
}
