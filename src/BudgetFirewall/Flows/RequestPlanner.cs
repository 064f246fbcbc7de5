using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Prices a request, matches its limits, and makes one call to the store of it.</summary>
internal static class RequestPlanner
{
    /// <summary>The call of a request; one that is only judged takes nothing, and looks for no first answer.</summary>
    /// <exception cref="ArgumentException">The cost is above the highest one allowed, or too many limits match.</exception>
    public static DecisionCall Plan(
        DecisionKind kind,
        BudgetRequest request,
        in OperationIdentity operation,
        FirewallSettings settings,
        Limits limits,
        TimedLimits timedLimits,
        TimeProvider timeProvider,
        DateTimeOffset? storeNow,
        bool isOnlyJudged = false)
    {
        var quote = kind == DecisionKind.CheckRateLimits ? default : settings.Prices.Quote(request, timeProvider);
        var demands = LimitDemands.Of(limits, request, quote, kind, out var budgetCount);
        var validity = timedLimits.Resolve(ref demands, ref budgetCount, operation.Partition, storeNow);
        // Nothing refuses or delays a charge.
        if (kind != DecisionKind.Charge)
            demands = LimitDemands.WithThrottles(demands, budgetCount);
        if (request.Priority is { } priority && kind != DecisionKind.Charge)
            demands = LimitDemands.KeepingFree(demands, priority);
        if (demands.Length > DecisionCall.MaxLimits)
            throw TooMany(demands, budgetCount, nameof(request));
        return new(kind, operation, limits.CatalogVersion, demands, budgetCount)
        {
            IsOnlyJudged = isOnlyJudged,
            Retention = operation.HasExplicitId && !isOnlyJudged ? settings.OperationIdRetention : null,
            Validity = validity,
            CostNanos = quote.Nanos,
            IsCostUnknown = quote.IsUnknown,
            Lease = request.Lease ?? settings.ReservationLease,
            MaxWait = request.MaxWait ?? settings.MaxWait,
            RecordRetention = settings.OperationIdRetention,
            Request = request,
        };
    }

    private static ArgumentException TooMany(ImmutableArray<LimitDemand> demands, int budgetCount, string argument)
    {
        var throttles = demands.Count(static demand => demand.Rule is RateLimitRule { IsThrottle: true });
        var twice = throttles == 0 ? "" : $"; {throttles} throttled of the budgets count twice";
        return new($"The request matches {budgetCount} budgets and {demands.Length - throttles - budgetCount} rate limits{twice}; at most {DecisionCall.MaxLimits} together are allowed.", argument);
    }

    /// <summary>A call that only looks whether the operation was answered before.</summary>
    public static DecisionCall ReplayOnly(DecisionKind kind, in OperationIdentity operation, FirewallSettings settings, Limits limits) => new(kind, operation, limits.CatalogVersion, [], budgetCount: 0)
    {
        Retention = settings.OperationIdRetention,
        IsReplayOnly = true,
    };
}
