using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// Runs scripts, and repeats them for as long as a call may take where that is safe: every script that writes carries the id of its operation,
/// so that a repetition of what was executed without our knowing changes nothing.
/// </summary>
internal sealed class ScriptCaller(RedisLink link, TimeSpan timeout, TimeProvider timeProvider)
{
    private const CommandFlags Primary = CommandFlags.DemandMaster;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(50);

    // The rest of the time belongs to the last attempt: whoever waits for the call shall hear what came of it, not that there was no answer in time.
    private readonly TimeSpan _retried = timeout * 0.8;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RedisResult> RunAsync(StoreScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        var start = timeProvider.GetTimestamp();
        Exception fault;
        try
        {
            var database = await link.DatabaseAsync().ConfigureAwait(false);
            var result = await database.ScriptEvaluateAsync(script.Sha1, keys, arguments, Primary).ConfigureAwait(false);
            link.Answered();
            return result;
        }
#pragma warning disable CA1031 // Every failure becomes a BudgetStoreException.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = e;
        }
        return await RepeatAsync(script, keys, arguments, fault, start).ConfigureAwait(false);
    }

    private async Task<RedisResult> RepeatAsync(StoreScript script, RedisKey[] keys, RedisValue[] arguments, Exception fault, long start)
    {
        var delay = FirstDelay;
        var mayHaveHappened = false;
        while (true)
        {
            var kind = RedisFault.Of(fault);
            mayHaveHappened |= kind == FaultKind.Unknown;
            if (kind is FaultKind.Refused or FaultKind.Misconfigured || timeProvider.GetElapsedTime(start) + delay >= _retried)
                throw RedisFault.Failure(fault, kind, mayHaveHappened);
            if (kind is FaultKind.NotSent or FaultKind.Unknown && fault is not RedisServerException)
                link.Failed();
            // Another server may be the primary by now, which the client itself looks for once a minute. Where there is no connection, the search
            // may take longer than a new try, as it asks servers that are away too.
            if (kind == FaultKind.ReadOnly)
                await link.ReconfigureAsync().ConfigureAwait(false);
            else if (kind is FaultKind.NotSent or FaultKind.Unknown)
                _ = link.ReconfigureAsync();
            if (kind != FaultKind.ScriptMissing)
            {
                await Task.Delay(delay, timeProvider).ConfigureAwait(false);
                delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
            }
            try
            {
                var database = await link.DatabaseAsync().ConfigureAwait(false);
                var result = await SendTextAsync(database, script, keys, arguments).ConfigureAwait(false);
                link.Answered();
                return result;
            }
#pragma warning disable CA1031 // Every failure becomes a BudgetStoreException.
            catch (Exception e)
#pragma warning restore CA1031
            {
                fault = e;
            }
        }
    }

    // The whole text, as any server understands it whatever it has forgotten. Sent as a plain command: the client's own cache of scripts believes
    // a server to know what another client has flushed.
    private static Task<RedisResult> SendTextAsync(IDatabase database, StoreScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        var parts = new List<object>(2 + keys.Length + arguments.Length) { script.Text, keys.Length };
        foreach (var key in keys)
            parts.Add(key);
        foreach (var argument in arguments)
            parts.Add((byte[]?)argument ?? []);
        return database.ExecuteAsync("EVAL", parts, Primary);
    }
}
