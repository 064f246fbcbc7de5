using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// The keys of a call, in the order the scripts want them: meta, operation, counters, rate limits, what each adaptive one of those has beside it, and the set of ids of a check that may have to wait for its turn.
/// </summary>
internal static class CallKeys
{
    /// <summary>The keys of a decision.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="periods">The present periods.</param>
    /// <param name="call">The call.</param>
    /// <param name="note">How the call's id is remembered. A set takes the place of the record where there is none, and is the last key where there may be one.</param>
    public static RedisKey[] OfDecision(Partition partition, CallPeriods periods, DecisionCall call, CheckNote note)
    {
        var adaptives = CountAdaptive(call.Limits.AsSpan()[call.BudgetCount..]);
        var last = 2 + call.Limits.Length + adaptives;
        var keys = new RedisKey[note is { HasRecord: true, HasSet: true } ? last + 1 : last];
        keys[0] = partition.Meta;
        keys[1] = note.HasRecord ? Operation(partition, call.OperationScope, call.OperationId, call.Kind) : note.Set;
        Fill(partition, periods, call.Limits, keys, 2);
        FillAdaptive(partition, call.Limits.AsSpan()[call.BudgetCount..], keys.AsSpan()[(last - adaptives)..]);
        if (keys.Length > last)
            keys[last] = note.Set;
        return keys;
    }

    public static RedisKey[] OfStatus(Partition partition, CallPeriods periods, StatusCall call)
    {
        var adaptives = CountAdaptive(call.Limits.AsSpan()[call.BudgetCount..]);
        var keys = new RedisKey[1 + call.Limits.Length + adaptives];
        keys[0] = partition.Meta;
        Fill(partition, periods, call.Limits, keys, 1);
        FillAdaptive(partition, call.Limits.AsSpan()[call.BudgetCount..], keys.AsSpan()[^adaptives..]);
        return keys;
    }

    public static RedisKey[] OfReservation(Partition partition, HeldReservation reservation)
    {
        var counters = reservation.Counters;
        var rateLimits = reservation.RateLimits;
        var adaptives = CountAdaptive(rateLimits.AsSpan());
        var keys = new RedisKey[2 + counters.Length + rateLimits.Length + adaptives];
        keys[0] = partition.Meta;
        keys[1] = Operation(partition, reservation.OperationScope, reservation.OperationId, DecisionKind.Reserve);
        for (var i = 0; i < counters.Length; i++)
        {
            var held = counters[i];
            keys[2 + i] = RuleWire.Of(held.Rule).Keys.Of(partition, held.ScopeId, held.Rule.Family.Calendar.KeyEndingOf(held.PeriodStart));
        }
        for (var i = 0; i < rateLimits.Length; i++)
            keys[2 + counters.Length + i] = RateLimit(partition, rateLimits[i]);
        FillAdaptive(partition, rateLimits.AsSpan(), keys.AsSpan()[^adaptives..]);
        return keys;
    }

    public static RedisKey[] OfReports(Partition partition, ImmutableArray<RateLimitReport> reports) =>
        [partition.Meta, .. reports.Select(report => Adaptation(partition, report.Rule, report.ScopeId))];

    /// <summary>The number of adaptive limits among rate limits.</summary>
    public static int CountAdaptive(ReadOnlySpan<LimitDemand> rateLimits)
    {
        var count = 0;
        foreach (ref readonly var demand in rateLimits)
            count += ((RateLimitRule)demand.Rule).Adaptive is null ? 0 : 1;
        return count;
    }

    // No part has a colon of its own: one behind the prefix is the end of a scope.
    public static RedisKey Operation(Partition partition, string? operationScope, string operationId, DecisionKind kind) => operationScope is null
        ? partition.KeyBase + SpaceOf(kind) + KeyText.Of(operationId)
        : partition.KeyBase + SpaceOf(kind) + KeyText.Of(operationScope) + ":" + KeyText.Of(operationId);

    public static RedisKey[] OfAllowance(Partition partition, CallPeriods periods, AllowanceCall call)
    {
        var id = KeyText.Of(call.OperationId);
        return
        [
            partition.Meta, partition.KeyBase + "g:" + (call.OperationScope is { } scope ? KeyText.Of(scope) + ":" + id : id),
            RuleWire.Of(call.Rule).Keys.Of(partition, call.ScopeId, periods.Ending(call.Rule.Family.Calendar)),
        ];
    }

    public static RedisKey[] OfCorrection(Partition partition, CorrectionCall call)
    {
        var id = KeyText.Of(call.CorrectionId);
        return
        [
            partition.Meta, partition.KeyBase + "x:" + (call.OperationScope is { } scope ? KeyText.Of(scope) + ":" + id : id),
            .. call.Counters.Select(counter => (RedisKey)RuleKeys.OfCounters(counter.Family).Of(partition, counter.Scope.Id, PeriodCalendar.EndingOf(counter.PeriodStart))),
        ];
    }

    // The ids of each kind of check are apart from all others.
    private static string SpaceOf(DecisionKind kind) => kind switch
    {
        DecisionKind.Check => "k:",
        DecisionKind.CheckRateLimits => "l:",
        DecisionKind.Reserve or DecisionKind.Spend or DecisionKind.Charge => "o:",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of decision."),
    };

    public static RedisKey Counter(Partition partition, CounterFamily family, string scopeId, string ending) =>
        RuleKeys.OfCounters(family).Of(partition, scopeId, ending);

    private static void Fill(Partition partition, CallPeriods periods, ImmutableArray<LimitDemand> limits, RedisKey[] keys, int first)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var demand = limits[i];
            keys[first + i] = demand.Rule is CounterRule counter
                ? RuleWire.Of(counter).Keys.Of(partition, demand.ScopeId, periods.Ending(counter.Family.Calendar))
                : RateLimit(partition, demand);
        }
    }

    public static RedisKey RateLimit(Partition partition, LimitDemand demand) =>
        RuleWire.Of((RateLimitRule)demand.Rule).Keys.Of(partition, demand.ScopeId, ending: "");

    private static RedisKey Adaptation(Partition partition, RateLimitRule rule, string scopeId) => RuleWire.Of(rule).AdaptationKeys.Of(partition, scopeId, ending: "");

    private static void FillAdaptive(Partition partition, ReadOnlySpan<LimitDemand> rateLimits, Span<RedisKey> keys)
    {
        var count = 0;
        foreach (ref readonly var demand in rateLimits)
        {
            if (demand.Rule is RateLimitRule { Adaptive: not null } rule)
                keys[count++] = Adaptation(partition, rule, demand.ScopeId);
        }
    }
}
