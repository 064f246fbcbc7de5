using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Status and reset.</summary>
internal sealed class StatusOperation(ScriptCaller caller, Handshake handshake, TimeZoneCheck timeZones, EntryAppending appending)
{
    private const int MaxAttempts = 8;

    // A script reads so many at most that it holds the server up no longer than a decision.
    private const int MaxLimits = 64;

    public async ValueTask<StatusAnswer> ReadAsync(StatusCall call, Partition partition)
    {
        if (call.Limits.Length <= MaxLimits)
            return await ReadPartAsync(call, partition).ConfigureAwait(false);
        var readings = ImmutableArray.CreateBuilder<LimitReading>(call.Limits.Length);
        while (true)
        {
            var limits = call.Limits.AsSpan()[readings.Count..Math.Min(readings.Count + MaxLimits, call.Limits.Length)];
            var part = await ReadPartAsync(new() { Partition = call.Partition, CatalogVersion = call.CatalogVersion, Limits = [.. limits], Validity = call.Validity }, partition).ConfigureAwait(false);
            if (part.IsStaleCatalog || part.IsOtherTime)
                return part;
            readings.AddRange(part.Readings);
            if (readings.Count == call.Limits.Length)
                return new() { Now = part.Now, Readings = readings.MoveToImmutable() };
        }
    }

    private async ValueTask<StatusAnswer> ReadPartAsync(StatusCall call, Partition partition)
    {
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            await timeZones.ReadyAsync(partition, call.Limits.AsSpan(), start).ConfigureAwait(false);
            var periods = partition.Periods();
            var keys = CallKeys.OfStatus(partition, periods, call);
            var bytes = Replies.Bytes(await caller.RunAsync(StoreScripts.Status, keys, Arguments(call, partition, periods), start).ConfigureAwait(false), keys[0]);
            if (!await handshake.IsToBeRepeatedAsync(bytes, keys, partition, start).ConfigureAwait(false))
                return Read(call, bytes, keys);
            if (call.Validity is { } valid && !valid.Contains(partition.Now()))
                return new() { IsOtherTime = true, Now = partition.Now() };
        }
        throw Replies.Unsettled();
    }

    public async ValueTask ResetAsync(Partition partition, CounterFamily family, string scopeId)
    {
        var record = CallKeys.Operation(partition, operationScope: null, Handshake.NewEpoch(), DecisionKind.Charge);
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            await timeZones.ReadyAsync(partition, family.Calendar, start).ConfigureAwait(false);
            var periods = partition.Periods();
            var key = CallKeys.Counter(partition, family, scopeId, periods.Ending(family.Calendar));
            RedisKey[] keys = [partition.Meta, key, record];
            RedisValue[] arguments = [partition.Epoch, Window(CallWindow.Of(family.Calendar, periods))];
            var result = appending.Maker is { } entries
                ? await caller.RunAsync(StoreScripts.ResetWithEntry, [.. keys, partition.Entries], [.. arguments, entries.OfReset(partition.Name, family, scopeId, periods.Now)], start).ConfigureAwait(false)
                : await caller.RunAsync(StoreScripts.Reset, keys, arguments, start).ConfigureAwait(false);
            if (!await handshake.IsToBeRepeatedAsync(Replies.Bytes(result, key), keys, partition, start).ConfigureAwait(false))
                return;
        }
        throw Replies.Unsettled();
    }

    public async ValueTask<CountersAnswer> ReadCountersAsync(Partition partition, ImmutableArray<CounterName> counters)
    {
        var start = caller.Begin();
        RedisKey[] keys = [partition.Meta, .. counters.Select(counter => (RedisKey)RuleWire.Of(counter.Rule).Keys.Of(partition, counter.ScopeId, counter.Rule.Family.Calendar.KeyEndingOf(counter.PeriodStart)))];
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var bytes = Replies.Bytes(await caller.RunAsync(StoreScripts.Counters, keys, [partition.Epoch], start).ConfigureAwait(false), keys[0]);
            if (!await handshake.IsToBeRepeatedAsync(bytes, keys, partition, start).ConfigureAwait(false))
                return ReadCounters(bytes, keys);
        }
        throw Replies.Unsettled();
    }

    private static CountersAnswer ReadCounters(byte[] bytes, RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys, key: 0);
        var readings = ImmutableArray.CreateBuilder<LimitReading?>(keys.Length - 1);
        while (readings.Count < keys.Length - 1)
        {
            var isThere = reply.Byte() == 1;
            var reading = reply.Budget();
            readings.Add(isThere ? reading : null);
        }
        return new() { Now = reply.Now, Readings = readings.MoveToImmutable() };
    }

    private static RedisValue[] Arguments(StatusCall call, Partition partition, CallPeriods periods)
    {
        var packed = new byte[DecisionCallLayout.Size];
        var writer = new PackedWriter(packed);
        var window = CallWindow.Of(call.Limits.AsSpan(), call.Validity, periods);
        DecisionCallLayout.Write(ref writer, window.FromMs, window.UntilMs, call.BudgetCount, CallKeys.CountAdaptive(call.Limits.AsSpan()[call.BudgetCount..]));
        return [partition.ExpectedMeta(call.CatalogVersion), packed, PackedLimits.OfRateLimits(call.Limits, call.BudgetCount, periods.Now)];
    }

    private static byte[] Window(CallWindow window)
    {
        var packed = new byte[WindowLayout.Size];
        var writer = new PackedWriter(packed);
        WindowLayout.Write(ref writer, window.FromMs, window.UntilMs);
        return packed;
    }

    private static StatusAnswer Read(StatusCall call, byte[] bytes, RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys, key: 0);
        return reply.Status switch
        {
            Reply.StaleCatalog => new() { IsStaleCatalog = true, Now = reply.Now },
            Reply.Done => new() { Now = reply.Now, Readings = reply.Limits(call.Limits, call.BudgetCount) },
            _ => throw Replies.Unknown(reply.Status),
        };
    }
}
