using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The arguments of check, reserve, spend and charge, in the order of their scripts' headers.</summary>
internal static class DecisionArguments
{
    // Ids made up by a client are only repeated by that client, or by whoever its exception told.
    private static readonly TimeSpan MadeUpRetention = TimeSpan.FromMinutes(1);

    public static RedisValue[] Of(DecisionCall call, Partition partition, PeriodTable periods) => call.Kind switch
    {
        DecisionKind.Check => Check(call, partition, periods),
        DecisionKind.Reserve => Reserve(call, partition, periods),
        DecisionKind.Spend or DecisionKind.Charge => Charge(call, partition, periods),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Kind, "There is no such kind of decision."),
    };

    /// <summary>Microseconds, rounded up: a lease is never cut short.</summary>
    public static long Microseconds(TimeSpan span) => (span.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    // A started millisecond more: the server counts from the last whole one.
    private static long Milliseconds(TimeSpan span) => (span.Ticks / TimeSpan.TicksPerMillisecond) + 1;

    private static RedisValue[] Check(DecisionCall call, Partition partition, PeriodTable periods)
    {
        var packed = new byte[14];
        var writer = Begin(packed, call, periods);
        writer.Number(call.Retention is not null || TakesAnything(call) ? 1 : 0, 1);
        return
        [
            partition.ExpectedMeta(call.CatalogVersion), packed, RecordBody.OfCheck(call), PackedLimits.OfRoom(call, periods),
            PackedLimits.OfBuckets(call.Limits, call.BudgetCount), Milliseconds(call.Retention ?? MadeUpRetention),
        ];
    }

    private static RedisValue[] Reserve(DecisionCall call, Partition partition, PeriodTable periods)
    {
        var packed = new byte[43];
        var writer = Begin(packed, call, periods);
        writer.Number(call.Retention is { } retention ? Microseconds(retention) : 0, 8);
        writer.Number(Microseconds(call.Lease), 8);
        writer.Number(HoldSlotWidth.Milliseconds(call.Lease), 6);
        writer.Number(Microseconds(call.RecordRetention), 8);
        return
        [
            partition.ExpectedMeta(call.CatalogVersion), packed, RecordBody.OfReservation(call, periods), PackedLimits.OfRoom(call, periods),
            PackedLimits.OfBuckets(call.Limits, call.BudgetCount), Milliseconds(call.Lease + call.RecordRetention),
        ];
    }

    private static RedisValue[] Charge(DecisionCall call, Partition partition, PeriodTable periods)
    {
        const int First = 6;
        var packed = new byte[13];
        _ = Begin(packed, call, periods);
        var arguments = new RedisValue[First + call.BudgetCount];
        arguments[0] = partition.ExpectedMeta(call.CatalogVersion);
        arguments[1] = packed;
        arguments[2] = RecordBody.OfCharge(call, periods);
        arguments[3] = call.Kind == DecisionKind.Charge ? PackedLimits.OfCharge(call, periods) : PackedLimits.OfRoom(call, periods);
        arguments[4] = PackedLimits.OfBuckets(call.Limits, call.BudgetCount);
        arguments[5] = Milliseconds(call.Retention ?? MadeUpRetention);
        for (var i = 0; i < call.BudgetCount; i++)
            arguments[First + i] = RuleWire.Of((CounterRule)call.Limits[i].Rule).Thresholds;
        return arguments;
    }

    private static PackedWriter Begin(byte[] packed, DecisionCall call, PeriodTable periods)
    {
        var writer = new PackedWriter(packed);
        writer.Number(periods.FromMs, 6);
        writer.Number(periods.UntilMs, 6);
        writer.Number(call.BudgetCount, 1);
        return writer;
    }

    private static bool TakesAnything(DecisionCall call)
    {
        for (var i = call.BudgetCount; i < call.Limits.Length; i++)
        {
            if (call.Limits[i].Take != 0)
                return true;
        }
        return false;
    }
}
