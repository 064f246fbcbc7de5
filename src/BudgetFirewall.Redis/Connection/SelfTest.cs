using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Checks once that the server is fit for budgets: its version, permissions and eviction policy.</summary>
internal sealed class SelfTest(ScriptCaller caller, ReplicaWait replicas, RedisBudgetStoreOptions options, EntryAppending appending, ILogger logger)
{
    private readonly Lock _lock = new();
    private Task? _passed;

    /// <summary>Completes when the test has been passed; a failed one is repeated at the next call.</summary>
    /// <exception cref="BudgetStoreException">The server cannot be reached, or is not fit.</exception>
    public Task PassedAsync(Partition partition)
    {
        lock (_lock)
        {
            if (_passed is null or { IsFaulted: true } or { IsCanceled: true })
                _passed = RunAsync(partition);
            return _passed;
        }
    }

    private async Task RunAsync(Partition partition)
    {
        try
        {
            var reply = (string[])(await caller.RunAsync(StoreScripts.SelfTest, [partition.Meta], [replicas.IsWanted ? "1" : "0", appending.Maker is null ? "0" : "1"], caller.Begin()).ConfigureAwait(false))!;
            CheckPermissions(partition, reply[2]);
            CheckEviction(reply[1]);
            await replicas.CheckSupportedAsync(partition.Meta).ConfigureAwait(false);
        }
        catch (BudgetStoreException e)
        {
            RedisLog.SelfTestFailed(logger, e.Message);
            throw;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or LoginRefusedException)
        {
            throw RedisFault.Failure(e, RedisFault.Of(e), mayHaveHappened: false);
        }
    }

    private static void CheckPermissions(Partition partition, string missing)
    {
        if (missing.Length > 0)
        {
            throw new BudgetStoreException(
                $"The Redis user may not run {missing} on keys beginning with '{partition.KeyBase}'. Grant it: ACL SETUSER <user> +{missing.Replace(" ", " +", StringComparison.Ordinal)}, and the keys of the prefix.")
            {
                MayHaveHappened = false,
                IsNeverAllowed = true,
            };
        }
    }

    private void CheckEviction(string policy)
    {
        if (policy.Length == 0)
            RedisLog.PolicyUnknown(logger);
        else if (policy != "noeviction" && !options.AllowEviction)
            RedisLog.Evicting(logger, policy);
    }
}
