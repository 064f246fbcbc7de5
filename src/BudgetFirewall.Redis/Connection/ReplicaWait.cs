using System.Globalization;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Waits until replicas have what was written, on the connection it was written over.</summary>
internal sealed class ReplicaWait(RedisLink link, int replicas, TimeSpan timeout)
{
    private readonly object[] _arguments = [replicas, ((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)];

    public bool IsWanted => replicas > 0;

    /// <summary>Refuses a cluster: a WAIT names no key, so that the client cannot send it to the server that was written to.</summary>
    /// <exception cref="BudgetStoreException">The server is part of a cluster.</exception>
    public async ValueTask CheckSupportedAsync(RedisKey key)
    {
        if (!IsWanted)
            return;
        var database = await link.DatabaseAsync().ConfigureAwait(false);
        var multiplexer = await link.MultiplexerAsync().ConfigureAwait(false);
        var endpoint = await database.IdentifyEndpointAsync(key, CommandFlags.DemandMaster).ConfigureAwait(false);
        if (endpoint is not null && multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster)
        {
            throw new BudgetStoreException("WaitForReplicas cannot be used with Redis Cluster; set min-replicas-to-write on its servers instead, and WaitForReplicas to 0.")
            {
                MayHaveHappened = false,
                IsNeverAllowed = true,
            };
        }
    }

    /// <summary>True when enough replicas have confirmed.</summary>
    public async ValueTask<bool> IsConfirmedAsync()
    {
        try
        {
            var database = await link.DatabaseAsync().ConfigureAwait(false);
            return (long)await database.ExecuteAsync("WAIT", _arguments, CommandFlags.DemandMaster).ConfigureAwait(false) >= replicas;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or LoginRefusedException)
        {
            return false;
        }
    }

    /// <summary>The failure where too few have confirmed.</summary>
    /// <param name="mayHaveHappened">False when it was undone.</param>
    public BudgetStoreException TooFew(bool mayHaveHappened) => new(
        $"Fewer than {replicas} replicas confirmed the write within {timeout}: {(mayHaveHappened ? "it stands, and a failover may lose it; repeat it" : "it was undone")}.")
    {
        MayHaveHappened = mayHaveHappened,
    };
}
