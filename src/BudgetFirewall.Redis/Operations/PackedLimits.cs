using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>What counters must have room for and what is taken from buckets, as the layouts LIMIT and TAKE.</summary>
internal static class PackedLimits
{
    // No bucket holds or owes more; clamping keeps every number exact in the script and changes no outcome.
    private const long MaxNeed = ScriptNumbers.Ceiling + 1;
    private const long MaxTake = 2 * ScriptNumbers.Ceiling;

    /// <summary>What spent + held may be at most: the limit without what is asked for. A known 0 always fits, and a soft budget never refuses.</summary>
    public static RedisValue OfRoom(ImmutableArray<CounterStep> counters, PeriodTable periods)
    {
        var bytes = new byte[LimitLayout.Size * counters.Length];
        var packed = new PackedWriter(bytes);
        foreach (var step in counters)
        {
            var needed = step.IsUnknown ? Math.Max(step.Amount, 1) : step.Amount;
            var endMs = periods.EndMs(step.Rule.Family.Period);
            if (step.Rule.IsHard && needed > 0)
                LimitLayout.Write(ref packed, step.Rule.Limit >= needed ? RoomKind.UpTo : RoomKind.Nothing, Math.Max(step.Rule.Limit - needed, 0), endMs);
            else
                LimitLayout.Write(ref packed, RoomKind.Everything, 0, endMs);
        }
        return bytes;
    }

    /// <summary>The limits that a charge's overruns are told against.</summary>
    public static RedisValue OfCharge(ImmutableArray<CounterStep> counters, PeriodTable periods)
    {
        var bytes = new byte[LimitLayout.Size * counters.Length];
        var packed = new PackedWriter(bytes);
        foreach (var step in counters)
            WriteReported(ref packed, step.Rule, periods.EndMs(step.Rule.Family.Period));
        return bytes;
    }

    /// <summary>The same for what a reservation holds.</summary>
    public static RedisValue OfCommit(ImmutableArray<HeldCounter> counters, PeriodTable periods)
    {
        var bytes = new byte[LimitLayout.Size * counters.Length];
        var packed = new PackedWriter(bytes);
        foreach (var held in counters)
            WriteReported(ref packed, held.Rule, periods.EndMs(held));
        return bytes;
    }

    /// <summary>What a step needs in and takes from its buckets.</summary>
    public static RedisValue OfBuckets(ImmutableArray<BucketStep> buckets)
    {
        if (buckets.IsEmpty)
            return RedisValue.EmptyString;
        var bytes = new byte[TakeLayout.Size * buckets.Length];
        var packed = new PackedWriter(bytes);
        foreach (var step in buckets)
            Write(ref packed, step.Rule, step.NeedMicros, step.TakeMicros);
        return bytes;
    }

    /// <summary>What a commit takes more than its reservation has taken.</summary>
    public static RedisValue OfDifferences(ImmutableArray<BucketStep> buckets, ImmutableArray<long> takesMicros)
    {
        if (buckets.IsEmpty)
            return RedisValue.EmptyString;
        var bytes = new byte[TakeLayout.Size * buckets.Length];
        var packed = new PackedWriter(bytes);
        for (var i = 0; i < buckets.Length; i++)
            Write(ref packed, buckets[i].Rule, 0, takesMicros.IsDefaultOrEmpty ? 0 : takesMicros[i] - buckets[i].TakeMicros);
        return bytes;
    }

    private static void WriteReported(ref PackedWriter packed, CounterRule rule, long endMs) =>
        LimitLayout.Write(ref packed, rule.IsHard ? RoomKind.UpTo : RoomKind.Everything, rule.IsHard ? rule.Limit : 0, endMs);

    private static void Write(ref PackedWriter packed, BucketRule rule, long needMicros, long takeMicros) => TakeLayout.Write(
        ref packed, rule.CapacityMicros, rule.RefillMicrosPerSecond, Math.Clamp(needMicros, 0, MaxNeed), Math.Clamp(takeMicros, -MaxTake, MaxTake));
}
