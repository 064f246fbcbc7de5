using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Undoes a check or reservation whose caller does not wait for its turn any longer: one script and one round trip.</summary>
internal sealed class UndoOperation(ScriptCaller caller, Handshake handshake)
{
    private const int MaxAttempts = 8;

    public async ValueTask<bool> RunAsync(DecisionCall call, DecisionAnswer answer, Partition partition)
    {
        var queues = Enumerable.Range(call.BudgetCount, call.Limits.Length - call.BudgetCount).Where(index => HasTurn(call, answer, index)).ToArray();
        var keys = Keys(call, answer, partition, queues);
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            RedisValue[] arguments = [partition.Epoch, Call(answer), Turns(call, answer, queues)];
            var reply = new Reply(Replies.Bytes(await caller.RunAsync(StoreScripts.Undo, keys, arguments, start).ConfigureAwait(false), keys[1]), keys).Status;
            if (reply != Reply.OtherEpoch)
                return reply == Reply.Done;
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    private static bool HasTurn(DecisionCall call, DecisionAnswer answer, int index) =>
        ((RateLimitRule)call.Limits[index].Rule).IsQueue && call.Limits[index].Take > 0 && !answer.JudgementAt(index).IsPassedOver;

    private static RedisKey[] Keys(DecisionCall call, DecisionAnswer answer, Partition partition, int[] queues)
    {
        RedisKey[] counters = answer.Reservation is { } reservation
            ? (reservation.StoreState as RedisKey[] ?? CallKeys.OfReservation(partition, reservation))[2..(2 + reservation.Counters.Length)]
            : [];
        return
        [
            partition.Meta, CallKeys.Operation(partition, call.OperationScope, call.OperationId, call.Kind), .. counters,
            .. queues.Select(index => CallKeys.RateLimit(partition, call.Limits[index])),
        ];
    }

    private static byte[] Call(DecisionAnswer answer)
    {
        var packed = new byte[UndoCallLayout.Size];
        var writer = new PackedWriter(packed);
        UndoCallLayout.Write(
            ref writer, answer.Reservation?.Counters.Length ?? 0, answer.Reservation is { } reservation ? SettleArguments.FirstEndUs(reservation) : 0, ToUs(answer.Now + answer.Wait));
        return packed;
    }

    private static byte[] Turns(DecisionCall call, DecisionAnswer answer, int[] queues)
    {
        var packed = new byte[GivenTurnLayout.Size * queues.Length];
        var writer = new PackedWriter(packed);
        foreach (var index in queues)
        {
            var then = ((LeakyBucketRule)call.Limits[index].Rule).NumbersOf(answer.Readings[index]);
            GivenTurnLayout.Write(ref writer, then.First, then.Second, ToUs(answer.Now) + then.Third, call.Limits[index].Take);
        }
        return packed;
    }

    private static long ToUs(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
