using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The arguments of check, reserve, spend and charge, in the order of their scripts' headers.</summary>
internal static class DecisionArguments
{
    /// <summary>The arguments of a decision.</summary>
    /// <param name="call">The call.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="periods">The present periods.</param>
    /// <param name="note">How the id of a check is remembered.</param>
    public static RedisValue[] Of(DecisionCall call, Partition partition, CallPeriods periods, CheckNote note) => call.Kind switch
    {
        DecisionKind.Check or DecisionKind.CheckRateLimits => Check(call, partition, periods, note),
        DecisionKind.Reserve => Reserve(call, partition, periods),
        DecisionKind.Spend or DecisionKind.Charge => Charge(call, partition, periods),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Kind, "There is no such kind of decision."),
    };

    /// <summary>The time in microseconds, rounded up: a lease is never cut short.</summary>
    public static long Microseconds(TimeSpan span) => (span.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    // One millisecond more than the whole ones: the server counts from its last whole millisecond.
    private static long Milliseconds(TimeSpan span) => (span.Ticks / TimeSpan.TicksPerMillisecond) + 1;

    // An id made up by a client is repeated only by that client, or by a caller that got the id from its exception.
    public static long KeptMilliseconds(TimeSpan? given) => given is { } retention ? Milliseconds(retention) : ScriptNumbers.MadeUpLifeMs;

    private static int Adaptives(DecisionCall call) => CallKeys.CountAdaptive(call.Limits.AsSpan()[call.BudgetCount..]);

    private static RedisValue[] Check(DecisionCall call, Partition partition, CallPeriods periods, CheckNote note)
    {
        var packed = new byte[CheckCallLayout.Size];
        var writer = new PackedWriter(packed);
        var window = CallWindow.Of(call.Limits.AsSpan(), call.Validity, periods);
        CheckCallLayout.Write(ref writer, window.FromMs, window.UntilMs, call.BudgetCount, Adaptives(call), note.Memory);
        return
        [
            partition.ExpectedMeta(call.CatalogVersion), packed, note.HasRecord ? RecordBody.OfCheck(call) : RecordBody.OfNotedCheck(call), PackedLimits.OfRoom(call, periods),
            PackedLimits.OfRateLimits(call.Limits, call.BudgetCount, periods.Now, call.MaxWait), note.HasRecord ? KeptMilliseconds(call.Retention) : RedisValue.EmptyString,
            note.HasSet ? call.OperationId : RedisValue.EmptyString,
        ];
    }

    private static RedisValue[] Reserve(DecisionCall call, Partition partition, CallPeriods periods)
    {
        var packed = new byte[ReserveCallLayout.Size];
        var writer = new PackedWriter(packed);
        var window = CallWindow.Of(call.Limits.AsSpan(), call.Validity, periods);
        ReserveCallLayout.Write(
            ref writer, window.FromMs, window.UntilMs, call.BudgetCount, Adaptives(call), call.Retention is { } retention ? Microseconds(retention) : 0,
            Microseconds(call.Lease), HoldSlotWidth.Milliseconds(call.Lease), Microseconds(call.RecordRetention));
        return
        [
            partition.ExpectedMeta(call.CatalogVersion), packed, RecordBody.OfReservation(call, periods), PackedLimits.OfRoom(call, periods),
            PackedLimits.OfRateLimits(call.Limits, call.BudgetCount, periods.Now, call.MaxWait), Milliseconds(call.Lease + call.RecordRetention),
        ];
    }

    private static RedisValue[] Charge(DecisionCall call, Partition partition, CallPeriods periods)
    {
        const int First = 6;
        var packed = new byte[DecisionCallLayout.Size];
        var writer = new PackedWriter(packed);
        var window = CallWindow.Of(call.Limits.AsSpan(), call.Validity, periods);
        DecisionCallLayout.Write(ref writer, window.FromMs, window.UntilMs, call.BudgetCount, Adaptives(call));
        var arguments = new RedisValue[First + call.BudgetCount];
        arguments[0] = partition.ExpectedMeta(call.CatalogVersion);
        arguments[1] = packed;
        arguments[2] = RecordBody.OfCharge(call, periods);
        arguments[3] = call.Kind == DecisionKind.Charge ? PackedLimits.OfCharge(call, periods) : PackedLimits.OfRoom(call, periods);
        arguments[4] = PackedLimits.OfRateLimits(call.Limits, call.BudgetCount, periods.Now, call.MaxWait);
        arguments[5] = KeptMilliseconds(call.Retention);
        for (var i = 0; i < call.BudgetCount; i++)
            arguments[First + i] = RuleWire.Of((CounterRule)call.Limits[i].Rule).Warnings;
        return arguments;
    }
}
