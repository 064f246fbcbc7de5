namespace BudgetFirewall;

/// <summary>The kinds of what a ledger keeps of a firewall in memory besides amounts. The numbers are written to databases and never change.</summary>
public enum StateKind
{
    /// <summary>A budget or rate limit that was set at run time.</summary>
    Limit = 1,

    /// <summary>A document: a pool, or what belongs to pools.</summary>
    Document = 2,

    /// <summary>An approval.</summary>
    Approval = 3,
}
