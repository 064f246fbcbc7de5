namespace BudgetFirewall.Storage;

/// <summary>The kinds of what a ledger is told of limits, pools and approvals.</summary>
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

    /// <summary>A period of a pool has ended.</summary>
    PoolPeriod,

    /// <summary>A pool was divided anew inside a period, so that members in need borrow what others leave.</summary>
    PoolReallocation,
}
