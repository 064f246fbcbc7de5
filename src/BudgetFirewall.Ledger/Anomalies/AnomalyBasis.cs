namespace BudgetFirewall;

/// <summary>The hours that an expectation comes from. The numbers are written to databases and never change.</summary>
public enum AnomalyBasis
{
    /// <summary>None: too little is known of the scope, and nothing is expected of it.</summary>
    None = 0,

    /// <summary>The same hour of the weeks before, at least four of them in which something was spent.</summary>
    Weeks = 1,

    /// <summary>The last 24 hours, at least twelve of them in which something was spent, where fewer weeks are known.</summary>
    LastDay = 2,
}
