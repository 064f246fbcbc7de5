using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Prices a request, matches its limits, and says so to the store in one call.</summary>
internal static class RequestPlanner
{
    /// <summary>How many budgets and rate limits together one request may match.</summary>
    public const int MaxLimits = 32;

    /// <exception cref="ArgumentException">The price needs usage that is not given, or too many limits match.</exception>
    /// <exception cref="UnknownPriceException">The model has no price.</exception>
    public static DecisionCall Plan(DecisionKind kind, BudgetRequest request, in OperationIdentity operation, FirewallSettings settings, Limits limits, TimeProvider timeProvider)
    {
        var quote = settings.Prices.Quote(request, timeProvider);
        if (quote.NeedsUsage && kind != DecisionKind.Check)
            throw new ArgumentException($"The price of the model '{DisplayText.Escape(request.Model)}' needs Usage with tokens, or the units it is priced by (or give Cost); without it a {NameOf(kind)} would be of an unknown amount.", nameof(request));
        var counters = CounterSteps.Of(limits.Counters, request, quote);
        var buckets = BucketSteps.Of(limits.Buckets, request, kind);
        if (counters.Length + buckets.Length > MaxLimits)
            throw new ArgumentException($"The request matches {counters.Length} budgets and {buckets.Length} rate limits; at most {MaxLimits} together are allowed.", nameof(request));
        return new(kind, operation, limits.CatalogVersion)
        {
            Retention = operation.IsGiven ? settings.OperationIdRetention : null,
            CostNanos = quote.Nanos,
            IsCostUnknown = quote.IsUnknown,
            Counters = counters,
            Buckets = buckets,
            Lease = request.Lease ?? settings.ReservationLease,
            RecordRetention = settings.OperationIdRetention,
            Request = kind == DecisionKind.Reserve ? request : null,
        };
    }

    /// <summary>A call that only looks whether the operation was answered before.</summary>
    public static DecisionCall ReplayOnly(DecisionKind kind, in OperationIdentity operation, FirewallSettings settings, Limits limits) => new(kind, operation, limits.CatalogVersion)
    {
        Retention = settings.OperationIdRetention,
        IsReplayOnly = true,
    };

    public static string NameOf(DecisionKind kind) => kind switch
    {
        DecisionKind.Check => "check",
        DecisionKind.Reserve => "reserve",
        DecisionKind.Spend => "spend",
        _ => "charge",
    };
}
