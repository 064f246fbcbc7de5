namespace BudgetFirewall;

/// <summary>The kinds of what is found. The numbers are written to databases and never change.</summary>
public enum AnomalyKind
{
    /// <summary>A scope has spent far more in an hour than is expected of that hour.</summary>
    Spend = 0,

    /// <summary>A budget is spent so fast that it will be used up long before its period ends.</summary>
    BurnRate = 1,
}
