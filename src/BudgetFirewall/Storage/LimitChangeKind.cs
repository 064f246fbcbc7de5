namespace BudgetFirewall.Storage;

/// <summary>The kinds of what is changed at run time.</summary>
public enum LimitChangeKind
{
    /// <summary>A budget was set or removed.</summary>
    Budget,

    /// <summary>A rate limit was set or removed.</summary>
    RateLimit,

    /// <summary>A pool was allocated, updated or deleted.</summary>
    Pool,

    /// <summary>An approval was asked for, or has ended.</summary>
    Approval,
}
