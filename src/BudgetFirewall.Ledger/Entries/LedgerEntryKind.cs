namespace BudgetFirewall;

/// <summary>The kinds of entries of a ledger. The numbers are written to databases and never change.</summary>
public enum LedgerEntryKind
{
    /// <summary>A charge of a cost that was known afterwards; nothing refuses it.</summary>
    Charge = 1,

    /// <summary>A charge that was checked and made in one step.</summary>
    Spend = 2,

    /// <summary>The commit of a reservation.</summary>
    Commit = 3,

    /// <summary>A change of an earlier charge, which it names.</summary>
    Correction = 4,

    /// <summary>A counter was set back to zero; what it moved is below zero.</summary>
    Reset = 5,

    /// <summary>An amount was added to what a counter may reach in its present period.</summary>
    Allowance = 6,

    /// <summary>A request was refused, or would have been if its shadow limits were enforced.</summary>
    Denial = 7,

    /// <summary>A check was allowed. Recorded by option only.</summary>
    Check = 8,

    /// <summary>A reservation was granted. Recorded by option only; what is spent is in its commit.</summary>
    Reservation = 9,

    /// <summary>A budget was set or removed at run time. The entries of a budget have its id as the id of their operation; <see cref="LedgerEntry.Before"/> and <see cref="LedgerEntry.After"/> say what was changed.</summary>
    BudgetChange = 10,

    /// <summary>A rate limit was set or removed at run time, as for <see cref="BudgetChange"/>.</summary>
    RateLimitChange = 11,

    /// <summary>A pool was allocated, updated or deleted, as for <see cref="BudgetChange"/>. The budgets of its members have no entries of their own.</summary>
    PoolChange = 12,

    /// <summary>An approval was asked for, or has ended, as for <see cref="BudgetChange"/>. What was approved is an <see cref="Allowance"/> too.</summary>
    ApprovalChange = 13,

    /// <summary>
    /// A period of a pool has ended. <see cref="LedgerEntry.After"/> has the period, and what up to 256 members were allocated and have used, rolled over, lent and borrowed; a larger pool has several such entries. The
    /// id of the operation is that of the pool, and the time the period's end.
    /// </summary>
    PoolPeriod = 14,

    /// <summary>A pool was divided anew inside a period, so that members in need borrow. <see cref="LedgerEntry.After"/> is as for <see cref="PoolPeriod"/>, and the time is that at which it was begun.</summary>
    PoolReallocation = 15,

    /// <summary>
    /// One scope's part of a shared cost for one span of time, or the taking back of such a part: then the amount is below zero and <see cref="LedgerEntry.CorrectedEntryId"/> names what is taken back.
    /// <see cref="LedgerEntry.After"/>, or <see cref="LedgerEntry.Before"/> of what is taken back, says from what source it is and how it was divided. The id of the operation is that of the allocation. It changes no
    /// counter, and reports show it beside what was spent.
    /// </summary>
    Allocation = 16,
}
