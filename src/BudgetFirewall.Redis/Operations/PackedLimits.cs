using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>What counters must have room for and what is taken from buckets, as <c>limits.lua</c> and <c>bucket.lua</c> describe them.</summary>
internal static class PackedLimits
{
    private const int LimitSize = 16;
    private const int BucketSize = 29;
    private const int Everything = 0;
    private const int UpTo = 1;
    private const int Nothing = 2;

    // No bucket holds or owes more; clamping keeps every number exact in the script and changes no outcome.
    private const long MaxNeed = 9_000_000_000_000_001;
    private const long MaxTake = 18_000_000_000_000_000;

    /// <summary>What spent + held may be at most: the limit without what is asked for. A known 0 always fits, and a soft budget never refuses.</summary>
    public static RedisValue OfRoom(DecisionCall call, PeriodTable periods)
    {
        var bytes = new byte[LimitSize * call.BudgetCount];
        var packed = new PackedWriter(bytes);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var (rule, need) = ((CounterRule)call.Limits[i].Rule, call.Limits[i].Need);
            if (rule.IsHard && need > 0)
                Write(ref packed, rule.Limit >= need ? UpTo : Nothing, Math.Max(rule.Limit - need, 0));
            else
                Write(ref packed, Everything, 0);
            packed.Number(periods.EndMs(rule.Family.Period), 6);
        }
        return bytes;
    }

    /// <summary>The limits that a charge's overruns are told against.</summary>
    public static RedisValue OfCharge(DecisionCall call, PeriodTable periods)
    {
        var bytes = new byte[LimitSize * call.BudgetCount];
        var packed = new PackedWriter(bytes);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var rule = (CounterRule)call.Limits[i].Rule;
            WriteReported(ref packed, rule, periods.EndMs(rule.Family.Period));
        }
        return bytes;
    }

    /// <summary>The same for what a reservation holds.</summary>
    public static RedisValue OfCommit(ImmutableArray<HeldCounter> counters, PeriodTable periods)
    {
        var bytes = new byte[LimitSize * counters.Length];
        var packed = new PackedWriter(bytes);
        foreach (var held in counters)
            WriteReported(ref packed, held.Rule, periods.EndMs(held));
        return bytes;
    }

    /// <summary>What a step needs in and takes from its buckets.</summary>
    /// <param name="limits">The limits of the step.</param>
    /// <param name="first">The place of the first bucket.</param>
    public static RedisValue OfBuckets(ImmutableArray<LimitStep> limits, int first)
    {
        if (limits.Length == first)
            return RedisValue.EmptyString;
        var bytes = new byte[BucketSize * (limits.Length - first)];
        var packed = new PackedWriter(bytes);
        for (var i = first; i < limits.Length; i++)
            Write(ref packed, (TokenBucketRule)limits[i].Rule, limits[i].Need, limits[i].Take);
        return bytes;
    }

    /// <summary>What a commit takes more than its reservation has taken.</summary>
    public static RedisValue OfDifferences(ImmutableArray<LimitStep> buckets, ImmutableArray<long> takesMicros)
    {
        if (buckets.IsEmpty)
            return RedisValue.EmptyString;
        var bytes = new byte[BucketSize * buckets.Length];
        var packed = new PackedWriter(bytes);
        for (var i = 0; i < buckets.Length; i++)
            Write(ref packed, (TokenBucketRule)buckets[i].Rule, 0, takesMicros.IsDefaultOrEmpty ? 0 : takesMicros[i] - buckets[i].Take);
        return bytes;
    }

    private static void WriteReported(ref PackedWriter packed, CounterRule rule, long endMs)
    {
        Write(ref packed, rule.IsHard ? UpTo : Everything, rule.IsHard ? rule.Limit : 0);
        packed.Number(endMs, 6);
    }

    private static void Write(ref PackedWriter packed, int kind, long amount)
    {
        packed.Number(kind, 1);
        packed.Amount(amount);
    }

    private static void Write(ref PackedWriter packed, TokenBucketRule rule, long needMicros, long takeMicros)
    {
        packed.Number(rule.CapacityMicros, 7);
        packed.Number(rule.RefillMicrosPerSecond, 7);
        packed.Number(Math.Clamp(needMicros, 0, MaxNeed), 7);
        packed.SignedAmount(Math.Clamp(takeMicros, -MaxTake, MaxTake));
    }
}
