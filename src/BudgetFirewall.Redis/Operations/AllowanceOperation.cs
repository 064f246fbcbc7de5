using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Gives allowances and takes them back: one script and one round trip each.</summary>
internal sealed class AllowanceOperation(ScriptCaller caller, Handshake handshake, TimeZoneCheck timeZones, EntryAppending appending)
{
    private const int MaxAttempts = 8;

    public async ValueTask<AllowanceAnswer> RunAsync(AllowanceCall call, Partition partition)
    {
        call.Check();
        var (start, calendar) = (caller.Begin(), call.Rule.Family.Calendar);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            await timeZones.ReadyAsync(partition, calendar, start).ConfigureAwait(false);
            var periods = partition.Periods();
            var keys = CallKeys.OfAllowance(partition, periods, call);
            var arguments = Arguments(call, partition, periods);
            var result = appending.Maker is { } entries
                ? await caller.RunAsync(StoreScripts.GrantWithEntry, [.. keys, partition.Entries], [.. arguments, entries.OfAllowance(call, periods.Now)], start).ConfigureAwait(false)
                : await caller.RunAsync(StoreScripts.Grant, keys, arguments, start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            if (!await handshake.IsToBeRepeatedAsync(bytes, keys, partition, start).ConfigureAwait(false))
            {
                if (Read(call, bytes, keys, periods) is { } answer)
                    return answer;
                partition.LearnTime(new Reply(bytes, keys).Now);
            }
            else if (bytes[0] == Reply.WrongPeriod && !IsRightTime(call, new Reply(bytes, keys).Now))
            {
                return new() { Status = AllowanceStatus.OtherTime, Now = new Reply(bytes, keys).Now };
            }
        }
        throw Replies.Unsettled();
    }

    // A budget of one span has no other period.
    private static bool IsRightTime(AllowanceCall call, DateTimeOffset now) =>
        call.Validity?.Contains(now) != false && call.Rule.Family.Calendar.At(now).Contains(now);

    private static RedisValue[] Arguments(AllowanceCall call, Partition partition, CallPeriods periods)
    {
        var packed = new byte[GrantCallLayout.Size];
        var writer = new PackedWriter(packed);
        var window = CallWindow.Of([LimitDemand.Look(call.Rule, call.ScopeId)], call.Validity, periods);
        GrantCallLayout.Write(
            ref writer, window.FromMs, window.UntilMs, periods.KeptUntilMs(call.Rule), call.IsRevocation ? 1 : 0, call.Fingerprint, call.Amount, call.Rule.Limit);
        return [partition.Epoch, packed, DecisionArguments.KeptMilliseconds(call.Retention)];
    }

    /// <summary>The answer; null for a replay that has read the counter of another period than the present one, as the process knew the server's time wrongly.</summary>
    private static AllowanceAnswer? Read(AllowanceCall call, byte[] bytes, RedisKey[] keys, CallPeriods periods)
    {
        var reply = new Reply(bytes, keys);
        switch (reply.Status)
        {
            case Reply.Replayed when call.Rule.Family.Calendar is { Recurs: true } calendar && !periods.At(calendar).Contains(reply.Now):
                return null;
            case Reply.Done:
            case Reply.Replayed:
                return new() { Status = AllowanceStatus.Done, Now = reply.Now, IsReplay = reply.Status == Reply.Replayed, Moved = reply.Amount(), Reading = reply.Budget() };
            case Reply.Conflict:
                return new() { Status = AllowanceStatus.Conflict, Now = reply.Now };
            case Reply.Overflow:
                return new() { Status = AllowanceStatus.TooMuch, Now = reply.Now };
            default:
                throw Replies.Unknown(reply.Status);
        }
    }
}
