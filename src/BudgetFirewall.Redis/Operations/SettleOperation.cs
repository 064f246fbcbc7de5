using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Commit, release and extend: one script and one round trip each.</summary>
internal sealed class SettleOperation(ScriptCaller caller, Handshake handshake, EntryAppending appending)
{
    private const int MaxAttempts = 8;

    public ValueTask<SettleAnswer> RunAsync(SettleCall call, Partition partition) => RunAsync(call, partition, isForgotten: false);

    /// <summary>Releases a reservation and forgets it: its caller is told that it was not made, and may ask for it again by the same id.</summary>
    public async ValueTask UndoAsync(HeldReservation reservation, Partition partition) =>
        _ = await RunAsync(new() { Reservation = reservation, IsCommit = false }, partition, isForgotten: true).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SettleAnswer> RunAsync(SettleCall call, Partition partition, bool isForgotten)
    {
        var reservation = call.Reservation;
        Check(call);
        var keys = KeysOf(reservation, partition);
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var result = call.IsCommit
                ? await CommitAsync(call, keys, partition, start).ConfigureAwait(false)
                : await caller.RunAsync(StoreScripts.Release, keys, SettleArguments.OfRelease(reservation, partition, isForgotten), start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            if (bytes[0] != Reply.OtherEpoch)
                return Read(call, bytes, keys);
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    public async ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease, Partition partition)
    {
        var keys = KeysOf(reservation, partition);
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            var result = await caller.RunAsync(StoreScripts.Extend, keys, SettleArguments.OfExtend(reservation, lease, partition), start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            if (bytes[0] != Reply.OtherEpoch)
                return ReadEnd(bytes, keys);
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    private ValueTask<RedisResult> CommitAsync(SettleCall call, RedisKey[] keys, Partition partition, long start)
    {
        var arguments = SettleArguments.OfCommit(call, partition);
        return appending.Maker is { } entries && !call.IsReplayOnly
            ? caller.RunAsync(StoreScripts.CommitWithEntry, [.. keys, partition.Entries], [.. arguments, entries.OfCommit(call, partition.Now())], start)
            : caller.RunAsync(StoreScripts.Commit, keys, arguments, start);
    }

    // A reservation that this process has made carries its keys; another's are named from its record.
    private static RedisKey[] KeysOf(HeldReservation reservation, Partition partition) =>
        reservation.StoreState as RedisKey[] ?? CallKeys.OfReservation(partition, reservation);

    private static void Check(SettleCall call)
    {
        var reservation = call.Reservation;
        if (call is { IsCommit: true, IsReplayOnly: false } && call.Amounts.Length != reservation.Counters.Length)
            throw new ArgumentException($"The commit has {call.Amounts.Length} amounts for {reservation.Counters.Length} counters.", nameof(call));
        if (!call.TakesMicros.IsDefaultOrEmpty && call.TakesMicros.Length != reservation.RateLimits.Length)
            throw new ArgumentException($"The commit has {call.TakesMicros.Length} takes for {reservation.RateLimits.Length} rate limits.", nameof(call));
    }

    private static DateTimeOffset? ReadEnd(byte[] bytes, RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys);
        return reply.Status == Reply.Done ? reply.Time() : null;
    }

    private static SettleAnswer Read(SettleCall call, byte[] bytes, RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys);
        return reply.Status switch
        {
            Reply.Done or Reply.Replayed when call.IsCommit => Committed(call, ref reply),
            Reply.Done or Reply.Replayed => new()
            {
                Status = SettleStatus.Done,
                Now = reply.Now,
                IsReplay = reply.Status == Reply.Replayed,
                Readings = reply.Budgets(call.Reservation.Counters.Length),
            },
            Reply.StillOpen => new() { Status = SettleStatus.NotSettled, Now = reply.Now },
            Reply.NotFound => new() { Status = SettleStatus.NotFound, Now = reply.Now },
            Reply.Conflict => new() { Status = SettleStatus.Conflict, Now = reply.Now },
            Reply.Overflow => new() { Status = SettleStatus.Overflow, Now = reply.Now },
            _ => throw Replies.Unknown(reply.Status),
        };
    }

    private static SettleAnswer Committed(SettleCall call, ref Reply reply)
    {
        var counters = call.Reservation.Counters;
        var isLate = reply.Byte() != 0;
        var cost = reply.Amount();
        var charged = new long[counters.Length];
        for (var i = 0; i < charged.Length; i++)
            charged[i] = reply.Amount();
        var effects = new ChargeEffects(call.Reservation);
        foreach (var effect in reply.Events(counters.Length))
            effects.Add(counters[effect.Index] with { Amount = charged[effect.Index] }, effect.Spent, effect.Allowance, effect.WarnedBefore);
        return new()
        {
            Status = SettleStatus.Done,
            Now = reply.Now,
            IsReplay = reply.Status == Reply.Replayed,
            IsLate = isLate,
            CostNanos = cost,
            Readings = reply.Budgets(counters.Length),
            Overruns = effects.Overruns,
            Warnings = effects.Warnings,
        };
    }
}
