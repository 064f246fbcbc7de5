using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Takes what is given back of charges out of their counters: one script and one round trip each.</summary>
internal sealed class CorrectionOperation(ScriptCaller caller, Handshake handshake, EntryAppending appending)
{
    private const int MaxAttempts = 8;

    public async ValueTask<CorrectionAnswer> RunAsync(CorrectionCall call, Partition partition)
    {
        call.Check();
        var start = caller.Begin();
        var keys = CallKeys.OfCorrection(partition, call);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            RedisValue[] arguments = [partition.Epoch, Packed(call), DecisionArguments.KeptMilliseconds(call.Retention), Amounts(call)];
            var result = appending.Maker is { } entries
                ? await caller.RunAsync(StoreScripts.CorrectWithEntry, [.. keys, partition.Entries], [.. arguments, entries.OfCorrection(call, partition.Now())], start).ConfigureAwait(false)
                : await caller.RunAsync(StoreScripts.Correct, keys, arguments, start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            if (!await handshake.IsToBeRepeatedAsync(bytes, keys, partition, start).ConfigureAwait(false))
                return Read(call, bytes, keys);
        }
        throw Replies.Unsettled();
    }

    private static byte[] Packed(CorrectionCall call)
    {
        var packed = new byte[CorrectCallLayout.Size];
        var writer = new PackedWriter(packed);
        var notAfter = (call.NotAfter - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        CorrectCallLayout.Write(ref writer, call.Counters.Length, Math.Max(notAfter, 0), call.Fingerprint);
        return packed;
    }

    private static byte[] Amounts(CorrectionCall call)
    {
        var packed = new byte[call.Counters.Length * AmountLayout.Size];
        var writer = new PackedWriter(packed);
        foreach (var counter in call.Counters)
            writer.Amount(counter.Amount);
        return packed;
    }

    private static CorrectionAnswer Read(CorrectionCall call, byte[] bytes, RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys);
        switch (reply.Status)
        {
            case Reply.Done:
            case Reply.Replayed:
                return Done(call, ref reply);
            case Reply.Conflict:
                return new() { Status = CorrectionStatus.Conflict, Now = reply.Now };
            case Reply.NotFound:
                return new() { Status = CorrectionStatus.TooLate, Now = reply.Now };
            default:
                throw Replies.Unknown(reply.Status);
        }
    }

    private static CorrectionAnswer Done(CorrectionCall call, ref Reply reply)
    {
        var doneAt = reply.Time();
        var moved = ImmutableArray.CreateBuilder<long>(call.Counters.Length);
        var readings = ImmutableArray.CreateBuilder<LimitReading?>(call.Counters.Length);
        while (moved.Count < call.Counters.Length)
        {
            moved.Add(reply.Amount());
            var isThere = reply.Byte() == 1;
            var reading = reply.Budget();
            readings.Add(isThere ? reading : null);
        }
        return new()
        {
            Status = CorrectionStatus.Done,
            Now = reply.Now,
            IsReplay = reply.Status == Reply.Replayed,
            DoneAt = doneAt,
            Moved = moved.MoveToImmutable(),
            Readings = readings.MoveToImmutable(),
        };
    }
}
