namespace BudgetFirewall;

/// <summary>The ways to divide a pool among its members.</summary>
public enum QuotaStrategy
{
    /// <summary>Each member gets a share by its weight. What one of them does not want, the others get.</summary>
    FairShare,

    /// <summary>Members of the smallest <see cref="QuotaMember.Priority"/> get all that they want, then those of the next, and so on. Within one priority the division is fair.</summary>
    Priority,

    /// <summary>Each member gets its <see cref="QuotaMember.Minimum"/> first, and a fair share of what is left beside it. Within a period it may borrow what others leave, above their minimum.</summary>
    Reserved,

    /// <summary>Each member gets a share by what it used in past periods, as <see cref="QuotaPool.Dynamics"/> says. Within a period it may borrow what others leave.</summary>
    Dynamic,
}
