using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// Runs scripts, and repeats them for as long as a call may take where that is safe: every script that writes carries the id of its operation,
/// so that repeating a script that was executed without an answer changes nothing.
/// </summary>
internal sealed class ScriptCaller(RedisConnection connection, TimeSpan timeout, TimeProvider timeProvider)
{
    private const CommandFlags Primary = CommandFlags.DemandMaster;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(50);

    // The rest of the time is left to the last attempt, so that the caller gets its result and not a timeout.
    private readonly TimeSpan _retried = timeout * 0.8;

    /// <summary>The timestamp of the beginning of a call to the store, which may run several scripts.</summary>
    public long Begin() => timeProvider.GetTimestamp();

    /// <summary>False when the caller has stopped waiting for its call, or may do so soon.</summary>
    public bool IsWaitedFor(long start) => timeProvider.GetElapsedTime(start) < _retried;

    /// <summary>Runs a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="start">The time at which the call to the store began, of which this script is a part; from <see cref="Begin"/>.</param>
    /// <exception cref="BudgetStoreException">It failed, for as long as the call may take.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RedisResult> RunAsync(StoreScript script, RedisKey[] keys, RedisValue[] arguments, long start)
    {
        Exception fault;
        try
        {
            var database = await ConnectedAsync(start).ConfigureAwait(false);
            return await database.ScriptEvaluateAsync(script.Sha1, keys, arguments, Primary).ConfigureAwait(false);
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
            // A server that answers that it does not know the script is there: it is sent the text for as long as the caller waits.
            var isLate = kind == FaultKind.ScriptMissing ? timeProvider.GetElapsedTime(start) >= timeout : timeProvider.GetElapsedTime(start) + delay >= _retried;
            if (isLate || kind is FaultKind.Refused or FaultKind.Misconfigured)
                throw RedisFault.Failure(fault, kind, mayHaveHappened, script);
            // Another server may be the primary by now, which the client itself looks for once a minute. Where there is no connection, the search
            // may take longer than a new try, as it asks servers that are away too.
            if (kind == FaultKind.ReadOnly)
                await connection.ReconfigureAsync().ConfigureAwait(false);
            else if (kind is FaultKind.NotSent or FaultKind.Unknown)
                _ = connection.ReconfigureAsync();
            if (kind != FaultKind.ScriptMissing)
            {
                await Task.Delay(delay, timeProvider).ConfigureAwait(false);
                delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
            }
            try
            {
                var database = await ConnectedAsync(start).ConfigureAwait(false);
                return await SendTextAsync(database, script, keys, arguments).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Every failure becomes a BudgetStoreException.
            catch (Exception e)
#pragma warning restore CA1031
            {
                fault = e;
            }
        }
    }

    private async ValueTask<IDatabase> ConnectedAsync(long start)
    {
        var database = await connection.DatabaseAsync().ConfigureAwait(false);
        // Nothing is sent once the caller has been told that the call failed.
        if (timeProvider.GetElapsedTime(start) >= timeout)
            throw new NotSentException($"There was no connection within {timeout}.");
        return database;
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
