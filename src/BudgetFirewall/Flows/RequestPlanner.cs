using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Prices a request, matches its limits, and says so to the store in one call.</summary>
internal static class RequestPlanner
{
    /// <exception cref="ArgumentException">The cost is above the highest one allowed, or too many limits match.</exception>
    public static DecisionCall Plan(DecisionKind kind, BudgetRequest request, in OperationIdentity operation, FirewallSettings settings, Limits limits, TimeProvider timeProvider)
    {
        var quote = settings.Prices.Quote(request, timeProvider);
        var call = new DecisionCall(kind, operation, limits.CatalogVersion)
        {
            Retention = operation.IsGiven ? settings.OperationIdRetention : null,
            CostNanos = quote.Nanos,
            IsCostUnknown = quote.IsUnknown,
            Limits = LimitSteps.Of(limits, request, quote, kind),
            Lease = request.Lease ?? settings.ReservationLease,
            RecordRetention = settings.OperationIdRetention,
            Request = kind == DecisionKind.Reserve ? request : null,
        };
        return call.Limits.Length <= DecisionCall.MaxLimits ? call : throw TooMany(call, nameof(request));
    }

    /// <summary>A call that only looks whether the operation was answered before.</summary>
    public static DecisionCall ReplayOnly(DecisionKind kind, in OperationIdentity operation, FirewallSettings settings, Limits limits) => new(kind, operation, limits.CatalogVersion)
    {
        Retention = settings.OperationIdRetention,
        IsReplayOnly = true,
    };

    private static ArgumentException TooMany(DecisionCall call, string parameter) => new(
        $"The request matches {call.BudgetCount} budgets and {call.Limits.Length - call.BudgetCount} rate limits; at most {DecisionCall.MaxLimits} together are allowed.", parameter);
}
