using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The arguments of commit, release and extend, in the order of their scripts' headers.</summary>
internal static class SettleArguments
{
    public static RedisValue[] OfCommit(SettleCall call, Partition partition)
    {
        const int First = 5;
        var counters = call.Reservation.Counters;
        var arguments = new RedisValue[First + counters.Length];
        arguments[0] = partition.Epoch;
        arguments[1] = Call(call);
        arguments[2] = Committed(call);
        arguments[3] = PackedLimits.OfCommit(counters, partition.Periods());
        arguments[4] = PackedLimits.OfDifferences(call.Reservation.RateLimits, call.TakesMicros);
        for (var i = 0; i < counters.Length; i++)
            arguments[First + i] = RuleWire.Of(counters[i].Rule).Thresholds;
        return arguments;
    }

    public static RedisValue[] OfRelease(HeldReservation reservation, Partition partition, bool isForgotten)
    {
        var packed = new byte[10];
        var writer = Begin(packed, reservation);
        writer.Number(isForgotten ? 1 : 0, 1);
        return [partition.Epoch, packed];
    }

    public static RedisValue[] OfExtend(HeldReservation reservation, TimeSpan lease, Partition partition)
    {
        var packed = new byte[23];
        var writer = Begin(packed, reservation);
        writer.Number(DecisionArguments.Microseconds(lease), 8);
        writer.Number(HoldSlotWidth.Milliseconds(lease), 6);

        var ends = new byte[6 * reservation.Counters.Length];
        writer = new(ends);
        var periods = partition.Periods();
        foreach (var held in reservation.Counters)
            writer.Number(periods.EndMs(held), 6);
        return [partition.Epoch, packed, ends];
    }

    private static byte[] Call(SettleCall call)
    {
        var packed = new byte[10];
        var writer = Begin(packed, call.Reservation);
        writer.Number(call.IsReplayOnly ? 1 : 0, 1);
        return packed;
    }

    private static byte[] Committed(SettleCall call)
    {
        var counters = call.Reservation.Counters.Length;
        var packed = new byte[16 + (PackedWriter.AmountSize * (1 + counters))];
        var writer = new PackedWriter(packed);
        writer.Fingerprint(call.Fingerprint);
        if (call.IsReplayOnly)
            return packed;
        writer.Amount(call.CostNanos);
        foreach (var amount in call.Amounts)
            writer.Amount(amount);
        return packed;
    }

    // The end as first given names a reservation together with its id.
    private static PackedWriter Begin(byte[] packed, HeldReservation reservation)
    {
        var writer = new PackedWriter(packed);
        writer.Number(reservation.Counters.Length, 1);
        writer.Number((reservation.ExpiresAt.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond, 8);
        return writer;
    }
}
