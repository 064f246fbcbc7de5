namespace BudgetFirewall.Testing;

/// <summary>The calls of a store that a fault may strike.</summary>
[Flags]
public enum StoreCalls
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Checks, reservations, spends and charges.</summary>
    Decide = 1,

    /// <summary>Commits and releases, and the undoing of calls whose callers do not wait for their turn any longer.</summary>
    Settle = 2,

    /// <summary>Extensions of leases.</summary>
    Extend = 4,

    /// <summary>Looking a reservation up by its id.</summary>
    Find = 8,

    /// <summary>Reading the state of budgets and rate limits and of past periods, and explanations.</summary>
    Status = 16,

    /// <summary>Reading and changing runtime budgets and rate limits, and resets.</summary>
    Catalog = 32,

    /// <summary>Asking for a limit that follows from use.</summary>
    Limit = 64,

    /// <summary>Reports of what providers have said.</summary>
    Adapt = 128,

    /// <summary>Giving allowances and taking them back.</summary>
    Allowance = 256,

    /// <summary>Asking for approvals, ending and reading them.</summary>
    Approval = 512,

    /// <summary>Reading and writing what quotas keep of their pools.</summary>
    Document = 1024,

    /// <summary>Giving back what was charged.</summary>
    Correction = 2048,

    /// <summary>Every call.</summary>
    All = Decide | Settle | Extend | Find | Status | Catalog | Limit | Adapt | Allowance | Approval | Document | Correction,
}
