namespace BudgetFirewall;

/// <summary>The kinds of limits.</summary>
public enum LimitKind
{
    /// <summary>A budget: a limit on an amount for a period.</summary>
    Budget,

    /// <summary>A rate limit: a limit on the number of requests or units of a scope per time.</summary>
    RateLimit,
}
