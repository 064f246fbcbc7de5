using System.Buffers.Text;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Makes the handshake with a server and its partitions, and watches that they keep the data set that they had then.</summary>
internal sealed class Handshake(ScriptCaller caller, RedisBudgetStoreOptions options, SelfTest selfTest, PartitionRegistry registry, RedisMetrics metrics, BudgetStoreContext context, ILogger logger)
{
    /// <summary>The time in milliseconds for which the server keeps the meta key and the secret after a process has last renewed them.</summary>
    public const long MetaLifeMs = 40L * 24 * 60 * 60 * 1000;

    private volatile bool _isLossKnown;

    /// <summary>Takes note that a person knows of the loss of data and wants decisions to go on.</summary>
    public void AcknowledgeLoss() => _isLossKnown = false;

    /// <summary>Completes when the partition is known.</summary>
    /// <exception cref="BudgetStoreException">The server cannot be reached or used.</exception>
    public ValueTask ReadyAsync(Partition partition, long start) => partition.NeedsHandshake ? new(RunAsync(partition, start)) : default;

    /// <summary>Makes the handshake with a partition: creates its data set where there is none, and learns its epoch, its secret and the server's time.</summary>
    public async Task RunAsync(Partition partition, long start)
    {
        await selfTest.PassedAsync(partition).ConfigureAwait(false);
        // No counter is charged before the handshake, so that no partition has an entry before it is noted.
        await registry.AddAsync(partition, start).ConfigureAwait(false);
        var reply = await caller.RunAsync(StoreScripts.Handshake, [partition.Meta, partition.Catalog, partition.SecretKey], [NewEpoch(), MetaLifeMs, RandomNumberGenerator.GetBytes(Partition.SecretLength)], start).ConfigureAwait(false);
        Learn(partition, Replies.Bytes(reply, partition.Meta));
        partition.HandshakeDone();
    }

    /// <summary>Finds a partition whose name may have been made up, without creating a data set where there is none.</summary>
    /// <returns>The answer, which says <see cref="Reply.NotFound"/> where there is none; otherwise the partition is known now.</returns>
    public async Task<byte[]> FindPartitionAsync(Partition partition, long start)
    {
        await selfTest.PassedAsync(partition).ConfigureAwait(false);
        var reply = await caller.RunAsync(StoreScripts.FindPartition, [partition.Meta, partition.Catalog, partition.SecretKey], [], start).ConfigureAwait(false);
        var bytes = Replies.Bytes(reply, partition.Meta);
        if (bytes[0] != Reply.NotFound)
            Learn(partition, bytes);
        return bytes;
    }

    /// <summary>True for the reply of a script that has done nothing because this process knew the server's time or data set wrongly, both of which are learnt from it.</summary>
    public async ValueTask<bool> IsToBeRepeatedAsync(byte[] bytes, RedisKey[] keys, Partition partition, long start)
    {
        switch ((char)bytes[0])
        {
            case Reply.WrongPeriod:
                partition.LearnTime(new Reply(bytes, keys, key: 0).Now);
                return true;
            case Reply.OtherEpoch:
                await RunAsync(partition, start).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Throws while a loss of the partition's data waits to be acknowledged.</summary>
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
        var secret = reply.Take(Partition.SecretLength).ToArray();
        var epoch = System.Text.Encoding.ASCII.GetString(reply.Take(Partition.EpochLength));
        if (partition.Epoch is { } seen && seen != epoch)
        {
            partition.IsLost = _isLossKnown = options.OnDataLoss == DataLossReaction.Deny;
            metrics.DataLost();
            RedisLog.DataLost(logger, partition.KeyBase, options.OnDataLoss);
            context.RaiseEvent(new(BudgetEventTypes.DataLost, context.TimeProvider.GetUtcNow(), "store") { Data = new() { Cause = partition.KeyBase } });
        }
        else if (partition.Epoch is null && _isLossKnown)
        {
            // A partition that this process had not seen before the loss may have existed all the same.
            partition.IsLost = true;
        }
        partition.Learn(epoch, secret);
    }
}
