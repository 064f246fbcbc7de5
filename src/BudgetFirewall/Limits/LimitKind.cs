namespace BudgetFirewall;

/// <summary>The kinds of limits.</summary>
public enum LimitKind
{
    /// <summary>A budget: a limit on an amount for a period.</summary>
    Budget,

    /// <summary>A rate limit: a limit on how fast a scope may go.</summary>
    RateLimit,
}
