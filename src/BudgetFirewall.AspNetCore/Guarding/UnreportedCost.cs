namespace BudgetFirewall;

/// <summary>The end of a reservation whose endpoint has reported neither usage nor cost.</summary>
public enum UnreportedCost
{
    /// <summary>The reserved amounts are charged.</summary>
    ChargeEstimate,

    /// <summary>The hold is given back and nothing is charged.</summary>
    Release,
}
