using System.Buffers.Text;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>First contact with a server and its partitions, and the watch over the data set they had then.</summary>
internal sealed class Contact(ScriptCaller caller, RedisBudgetStoreOptions options, SelfTest selfTest, RedisMetrics metrics, ILogger logger)
{
    private static readonly RedisValue MetaLifeMs = (long)TimeSpan.FromDays(40).TotalMilliseconds;

    /// <summary>Completes when the partition is known.</summary>
    /// <exception cref="BudgetStoreException">The server cannot be reached or used.</exception>
    public ValueTask ReadyAsync(Partition partition) => partition.NeedsHello ? new(HelloAsync(partition)) : default;

    /// <summary>Looks at the partition's data set, which has another epoch than the one this process has seen, or none.</summary>
    public async Task HelloAsync(Partition partition)
    {
        await selfTest.PassedAsync(partition).ConfigureAwait(false);
        var reply = await caller.RunAsync(StoreScripts.Hello, [partition.Meta, partition.Catalog], [NewEpoch(), MetaLifeMs]).ConfigureAwait(false);
        Learn(partition, Replies.Bytes(reply, partition.Meta));
    }

    /// <summary>Refuses where lost data must be acknowledged first.</summary>
    public static void CheckNotLost(Partition partition)
    {
        if (partition.IsLost)
        {
            throw new BudgetStoreException(
                "Redis has lost its data: budgets would start from zero. Nothing is admitted until RedisBudgetStore.AcknowledgeDataLossAsync is called or the process is restarted.")
            {
                MayHaveHappened = false,
                IsNeverAllowed = true,
            };
        }
    }

    public static string NewEpoch()
    {
        Span<byte> random = stackalloc byte[12];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    private void Learn(Partition partition, byte[] bytes)
    {
        var reply = new Reply(bytes, [partition.Meta], key: 0);
        partition.LearnTime(reply.Now);
        var epoch = System.Text.Encoding.ASCII.GetString(reply.Take(Partition.EpochLength));
        if (partition.Epoch is { } seen && seen != epoch)
        {
            partition.IsLost = options.OnDataLoss == DataLossReaction.Deny;
            metrics.DataLost();
            RedisLog.DataLost(logger, partition.KeyBase, options.OnDataLoss);
        }
        partition.LearnEpoch(epoch);
    }
}
