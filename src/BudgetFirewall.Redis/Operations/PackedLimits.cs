using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Packs the limits of counters in the layout LIMIT, and rate limits with the amounts taken from them in the layout RATE_LIMIT.</summary>
internal static class PackedLimits
{
    // No rate limit lets through or owes more; clamping keeps every number exact in the script and changes no outcome.
    private const long MaxNeed = ScriptNumbers.Ceiling + 1;
    private const long MaxTake = 2 * ScriptNumbers.Ceiling;

    /// <summary>
    /// The most that spent + held may be before the call, for each budget: its ceiling, which is its limit unless it is throttled, minus the amount that the call needs. An amount of 0 always fits,
    /// and a soft budget admits everything. Where the need is more than that, by how much. Behind them the same of the limits of throttled budgets.
    /// </summary>
    public static RedisValue OfRoom(DecisionCall call, CallPeriods periods)
    {
        var throttles = call.ThrottleCount;
        var bytes = new byte[(LimitLayout.Size * call.BudgetCount) + (ThrottleLayout.Size * throttles)];
        var packed = new PackedWriter(bytes);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var rule = (CounterRule)call.Limits[i].Rule;
            var need = rule.Throttle is null ? call.Limits[i].Need : call.Limits[i].OwnNeed;
            var kind = rule.Enforcement.WithoutRoom == Verdict.Admit || rule.Ceiling == long.MaxValue ? RoomKind.Everything : RoomKindOf(need, rule.Ceiling);
            LimitLayout.Write(ref packed, kind, VerdictWire.Of(rule.Enforcement.WithoutRoom), RoomOf(kind, need, rule.Ceiling), periods.KeptUntilMs(rule));
        }
        for (var i = call.Limits.Length - throttles; i < call.Limits.Length; i++)
        {
            var budget = call.ThrottledBudget(i);
            var (limit, need) = (((CounterRule)call.Limits[budget].Rule).Limit, call.Limits[budget].Need);
            var kind = RoomKindOf(need, limit);
            ThrottleLayout.Write(ref packed, budget + 1, i - call.BudgetCount + 1, kind, RoomOf(kind, need, limit));
        }
        return bytes;
    }

    /// <summary>The limits beyond which a charge is reported as an overrun.</summary>
    public static RedisValue OfCharge(DecisionCall call, CallPeriods periods)
    {
        var bytes = new byte[LimitLayout.Size * call.BudgetCount];
        var packed = new PackedWriter(bytes);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var rule = (CounterRule)call.Limits[i].Rule;
            WriteReported(ref packed, rule, periods.KeptUntilMs(rule));
        }
        return bytes;
    }

    /// <summary>The limits beyond which the commit of a reservation is reported as an overrun.</summary>
    public static RedisValue OfCommit(ImmutableArray<HeldCounter> counters, CallPeriods periods)
    {
        var bytes = new byte[LimitLayout.Size * counters.Length];
        var packed = new PackedWriter(bytes);
        foreach (var held in counters)
            WriteReported(ref packed, held.Rule, periods.KeptUntilMs(held));
        return bytes;
    }

    /// <summary>The amounts that a call needs of its rate limits, and those that it takes from them; and what makes those of them adaptive that are.</summary>
    /// <param name="limits">The limits of the call.</param>
    /// <param name="first">The place of the first rate limit.</param>
    /// <param name="now">The server's time, which matters to rate limits that change with time.</param>
    /// <param name="maxWait">The longest time that the call waits for its turn.</param>
    public static RedisValue OfRateLimits(ImmutableArray<LimitDemand> limits, int first, DateTimeOffset now, TimeSpan maxWait = default)
    {
        if (limits.Length == first)
            return RedisValue.EmptyString;
        return OfRateLimits(limits.AsSpan()[first..], now, maxWait);
    }

    /// <summary>The amounts that a commit takes from rate limits beyond those that its reservation has taken; negative ones are given back.</summary>
    public static RedisValue OfDifferences(ImmutableArray<LimitDemand> rateLimits, ImmutableArray<long> takesMicros, DateTimeOffset now)
    {
        if (rateLimits.IsEmpty)
            return RedisValue.EmptyString;
        var differences = new LimitDemand[rateLimits.Length];
        for (var i = 0; i < differences.Length; i++)
            differences[i] = rateLimits[i] with { Need = 0, Take = takesMicros.IsDefaultOrEmpty ? 0 : takesMicros[i] - rateLimits[i].Take };
        return OfRateLimits(differences, now, maxWait: default);
    }

    private static byte[] OfRateLimits(ReadOnlySpan<LimitDemand> rateLimits, DateTimeOffset now, TimeSpan maxWait)
    {
        var bytes = new byte[(RateLimitLayout.Size * rateLimits.Length) + (AdaptiveLayout.Size * CallKeys.CountAdaptive(rateLimits))];
        var packed = new PackedWriter(bytes);
        var adaptives = 0;
        foreach (ref readonly var demand in rateLimits)
            Write(ref packed, demand, now, maxWait, ((RateLimitRule)demand.Rule).Adaptive is null ? 0 : ++adaptives);
        foreach (ref readonly var demand in rateLimits)
        {
            if (((RateLimitRule)demand.Rule).Adaptive is { } adaptive)
                AdaptiveLayout.Write(ref packed, adaptive.FloorBillionths, adaptive.GrowthBillionthsPerSecond, adaptive.CooldownMicroseconds, adaptive.LongestPauseMicroseconds, demand.Headroom);
        }
        return bytes;
    }

    /// <summary>What a provider has said, to each rate limit that it concerns.</summary>
    public static RedisValue OfReports(ImmutableArray<RateLimitReport> reports)
    {
        var bytes = new byte[ReportLayout.Size * reports.Length];
        var packed = new PackedWriter(bytes);
        foreach (var report in reports)
        {
            var adaptive = report.Rule.Adaptive!;
            ReportLayout.Write(
                ref packed, adaptive.FloorBillionths, adaptive.FactorMillionths, adaptive.CooldownMicroseconds, adaptive.LongestPauseMicroseconds, report.PauseMicroseconds, report.IsOverloaded ? 1 : 0);
        }
        return bytes;
    }

    private static void WriteReported(ref PackedWriter packed, CounterRule rule, long endMs) =>
        LimitLayout.Write(
            ref packed, rule.Enforcement.Denies ? RoomKind.UpTo : RoomKind.Everything, VerdictWire.Of(rule.Enforcement.WithoutRoom), rule.Enforcement.Denies ? rule.Limit : 0, endMs);

    private static long RoomKindOf(long need, long limit) => need <= 0 ? RoomKind.Everything : need <= limit ? RoomKind.UpTo : RoomKind.Beyond;

    private static long RoomOf(long kind, long need, long limit) => kind switch
    {
        RoomKind.Everything => 0,
        RoomKind.UpTo => limit - need,
        // More than is counted, for which no allowance is enough.
        RoomKind.Beyond when need == long.MaxValue => long.MaxValue,
        RoomKind.Beyond => need - limit,
        _ => throw new InvalidOperationException($"There is no kind of room {kind}."),
    };

    private static void Write(ref PackedWriter packed, in LimitDemand demand, DateTimeOffset now, TimeSpan maxWait, int adaptive)
    {
        var rule = (RateLimitRule)demand.Rule;
        var values = rule.ValuesAt(now, demand, maxWait);
        RateLimitLayout.Write(
            ref packed, AlgorithmOf(rule), values.First, values.Second, values.Third,
            Math.Clamp(demand.Need, 0, MaxNeed), Math.Clamp(demand.Take, -MaxTake, MaxTake), VerdictWire.Of(rule.Enforcement.WithoutRoom), adaptive);
    }

    // A test holds the numbers of the scripts equal to those of the enumeration.
    private static long AlgorithmOf(RateLimitRule rule) => (long)rule.RateLimit.Algorithm;
}
