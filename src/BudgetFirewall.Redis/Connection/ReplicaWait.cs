using System.Globalization;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Waits until replicas have confirmed a write.</summary>
internal sealed class ReplicaWait(RedisConnection connection, int replicas, TimeSpan timeout)
{
    private static readonly string MetaLifeMs = Handshake.MetaLifeMs.ToString(CultureInfo.InvariantCulture);

    private readonly object[] _arguments = [replicas, ((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)];

    public bool IsWanted => replicas > 0;

    /// <summary>Refuses a cluster: a WAIT names no key, so that the client cannot send it to the server that was written to.</summary>
    /// <exception cref="BudgetStoreException">The server is part of a cluster.</exception>
    public async ValueTask CheckSupportedAsync(RedisKey key)
    {
        if (!IsWanted)
            return;
        var database = await connection.DatabaseAsync().ConfigureAwait(false);
        var endpoint = await database.IdentifyEndpointAsync(key, CommandFlags.DemandMaster).ConfigureAwait(false);
        if (endpoint is not null && database.Multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster)
        {
            throw new BudgetStoreException("WaitForReplicas cannot be used with Redis Cluster; set min-replicas-to-write on its servers instead, and WaitForReplicas to 0.")
            {
                MayHaveHappened = false,
                IsNeverAllowed = true,
            };
        }
    }

    /// <summary>The answer of a call, once enough replicas have what it has written.</summary>
    /// <param name="pending">The call.</param>
    /// <param name="isWritten">True for an answer that says that something was written.</param>
    /// <param name="partition">The partition.</param>
    /// <exception cref="BudgetStoreException">Too few replicas have confirmed it; it stands.</exception>
    public ValueTask<T> ConfirmedAsync<T>(ValueTask<T> pending, Func<T, bool> isWritten, Partition partition) => IsWanted ? AwaitAsync(pending, isWritten, partition) : pending;

    /// <summary>True when enough replicas have confirmed.</summary>
    /// <param name="partition">The partition that was written to, or in which a repeated call found that it had been.</param>
    public async ValueTask<bool> IsConfirmedAsync(Partition partition)
    {
        try
        {
            var database = await connection.DatabaseAsync().ConfigureAwait(false);
            // WAIT asks how far the last write of its own connection has come. A repeated call wrote over another connection, or in another process,
            // and replicas that have this write have all that came before it.
            var touching = database.ExecuteAsync("PEXPIRE", [partition.Meta, MetaLifeMs], CommandFlags.DemandMaster);
            var waiting = database.ExecuteAsync("WAIT", _arguments, CommandFlags.DemandMaster);
            _ = await touching.ConfigureAwait(false);
            return (long)await waiting.ConfigureAwait(false) >= replicas;
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or LoginRefusedException)
        {
            return false;
        }
    }

    private async ValueTask<T> AwaitAsync<T>(ValueTask<T> pending, Func<T, bool> isWritten, Partition partition)
    {
        var answer = await pending.ConfigureAwait(false);
        return !isWritten(answer) || await IsConfirmedAsync(partition).ConfigureAwait(false) ? answer : throw TooFew(mayHaveHappened: true);
    }

    /// <summary>Makes the exception for entries of a ledger that too few replicas have, and that are not delivered before.</summary>
    public BudgetStoreException TooFewHaveEntries() => new($"Fewer than {replicas} replicas have confirmed what waits for the ledger within {timeout}; it is not delivered before.") { MayHaveHappened = false };

    /// <summary>Makes the exception for a write that too few replicas have confirmed.</summary>
    /// <param name="mayHaveHappened">False when the write was undone.</param>
    public BudgetStoreException TooFew(bool mayHaveHappened) => new(
        $"Fewer than {replicas} replicas confirmed the write within {timeout}: {(mayHaveHappened ? "it stands, and a failover may lose it; repeat it" : "it was undone")}.")
    {
        MayHaveHappened = mayHaveHappened,
    };
}
