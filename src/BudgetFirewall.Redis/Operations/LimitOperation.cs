using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The limits of budgets by use: one script and one round trip where the server has the limit or there is no past use, and otherwise two.</summary>
internal sealed class LimitOperation(ScriptCaller caller, Handshake handshake, TimeZoneCheck timeZones)
{
    private const int MaxAttempts = 8;

    /// <summary>The limit in the present period.</summary>
    /// <returns>The limit, and true where this call has set it.</returns>
    public async ValueTask<(FrozenLimit Limit, bool IsSet)> FreezeAsync(Partition partition, CounterRule rule, string scopeId)
    {
        var (start, calendar) = (caller.Begin(), rule.Family.Calendar);
        Proposal? proposal = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            await timeZones.ReadyAsync(partition, calendar, start).ConfigureAwait(false);
            var periods = partition.Periods();
            var period = periods.At(calendar);
            if (proposal?.PeriodStart != period.Start)
                proposal = null;
            var keys = Keys(partition, rule, scopeId, period, isLook: proposal is null);
            var result = await caller.RunAsync(StoreScripts.FreezeLimit, keys, Arguments(partition, calendar, periods, proposal), start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            switch ((char)bytes[0])
            {
                case Reply.WrongPeriod:
                    partition.LearnTime(new Reply(bytes, keys, key: 0).Now);
                    break;
                case Reply.OtherEpoch:
                    await handshake.RunAsync(partition, start).ConfigureAwait(false);
                    proposal = null;
                    break;
                case Reply.NotFound:
                    var (limit, isAnyThere) = LimitAfter(bytes, keys, rule, period);
                    // Nothing can be charged to a past period that has no counter: so much as a hold would be one.
                    if (!isAnyThere)
                        return (limit, IsSet: false);
                    proposal = new(period.Start, limit.Limit);
                    break;
                case Reply.Done:
                    return (Read(bytes, keys, period), IsSet: false);
                case Reply.Made:
                    return (Read(bytes, keys, period), IsSet: true);
                case var other:
                    throw Replies.Unknown(other);
            }
        }
        throw Replies.Unsettled();
    }

    private static RedisKey[] Keys(Partition partition, CounterRule rule, string scopeId, PeriodWindow period, bool isLook)
    {
        var calendar = rule.Family.Calendar;
        var past = isLook ? rule.PeriodsBefore(period) : [];
        var keys = new RedisKey[2 + past.Count];
        keys[0] = partition.Meta;
        keys[1] = RuleKeys.OfLimits(rule).Of(partition, scopeId, calendar.KeyEndingOf(period.Start));
        var counters = RuleWire.Of(rule).Keys;
        for (var i = 0; i < past.Count; i++)
            keys[2 + i] = counters.Of(partition, scopeId, calendar.KeyEndingOf(past[i].Start));
        return keys;
    }

    private static RedisValue[] Arguments(Partition partition, PeriodCalendar calendar, CallPeriods periods, Proposal? proposal)
    {
        var packed = new byte[FreezeCallLayout.Size];
        var writer = new PackedWriter(packed);
        var window = CallWindow.Of(calendar, periods);
        FreezeCallLayout.Write(ref writer, window.FromMs, window.UntilMs, periods.EndMs(calendar));
        return [partition.Epoch, packed, proposal is null ? RedisValue.EmptyString : Packed(proposal.Limit)];
    }

    private static byte[] Packed(long limit)
    {
        var packed = new byte[AmountLayout.Size];
        var writer = new PackedWriter(packed);
        writer.Amount(limit);
        return packed;
    }

    private static FrozenLimit Read(byte[] bytes, RedisKey[] keys, PeriodWindow period)
    {
        var reply = new Reply(bytes, keys);
        return new(reply.Now, period, reply.Amount());
    }

    private static (FrozenLimit Limit, bool IsAnyThere) LimitAfter(byte[] bytes, RedisKey[] keys, CounterRule rule, PeriodWindow period)
    {
        var reply = new Reply(bytes, keys);
        var spent = new long[keys.Length - 2];
        var isAnyThere = false;
        for (var i = 0; i < spent.Length; i++)
            isAnyThere |= reply.TryPast(out spent[i]);
        return (new(reply.Now, period, rule.LimitAfter(spent)), isAnyThere);
    }

    /// <summary>A limit that was worked out for one period.</summary>
    private sealed record Proposal(DateTime PeriodStart, long Limit);
}
