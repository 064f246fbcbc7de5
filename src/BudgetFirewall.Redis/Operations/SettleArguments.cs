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
        arguments[4] = PackedLimits.OfDifferences(call.Reservation.RateLimits, call.TakesMicros, partition.Now());
        for (var i = 0; i < counters.Length; i++)
            arguments[First + i] = RuleWire.Of(counters[i].Rule).Warnings;
        return arguments;
    }

    public static RedisValue[] OfRelease(HeldReservation reservation, Partition partition, bool isForgotten)
    {
        var packed = new byte[ReleaseCallLayout.Size];
        var writer = new PackedWriter(packed);
        ReleaseCallLayout.Write(ref writer, reservation.Counters.Length, FirstEndUs(reservation), isForgotten ? 1 : 0);
        return [partition.Epoch, packed];
    }

    public static RedisValue[] OfExtend(HeldReservation reservation, TimeSpan lease, Partition partition)
    {
        var packed = new byte[ExtendCallLayout.Size];
        var writer = new PackedWriter(packed);
        ExtendCallLayout.Write(
            ref writer, reservation.Counters.Length, FirstEndUs(reservation), DecisionArguments.Microseconds(lease), HoldSlotWidth.Milliseconds(lease));

        var ends = new byte[PeriodEndLayout.Size * reservation.Counters.Length];
        writer = new(ends);
        var periods = partition.Periods();
        foreach (var held in reservation.Counters)
            PeriodEndLayout.Write(ref writer, periods.KeptUntilMs(held));
        return [partition.Epoch, packed, ends];
    }

    private static byte[] Call(SettleCall call)
    {
        var packed = new byte[CommitCallLayout.Size];
        var writer = new PackedWriter(packed);
        CommitCallLayout.Write(
            ref writer, call.Reservation.Counters.Length, CallKeys.CountAdaptive(call.Reservation.RateLimits.AsSpan()), FirstEndUs(call.Reservation), call.IsReplayOnly ? 1 : 0, call.IsOnlyWhileHeld ? 1 : 0);
        return packed;
    }

    private static byte[] Committed(SettleCall call)
    {
        var counters = call.Reservation.Counters.Length;
        var packed = new byte[RecordHeadLayout.Size + (AmountLayout.Size * counters)];
        var writer = new PackedWriter(packed);
        RecordHeadLayout.Write(ref writer, call.Fingerprint, call.IsReplayOnly ? 0 : call.CostNanos);
        if (call.IsReplayOnly)
            return packed;
        foreach (var amount in call.Amounts)
            writer.Amount(amount);
        return packed;
    }

    // The end as first given names a reservation together with its id.
    public static long FirstEndUs(HeldReservation reservation) =>
        (reservation.ExpiresAt.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
