namespace BudgetFirewall;

/// <summary>The ways to divide a shared cost.</summary>
public enum AllocationMethod
{
    /// <summary>Everybody gets the same.</summary>
    Even,

    /// <summary>Each scope gets its fixed share: <see cref="AllocationTarget.Weight"/>, as 60 and 40.</summary>
    FixedShares,

    /// <summary>In proportion to the money that each scope has spent in the time.</summary>
    ByCost,

    /// <summary>In proportion to the <see cref="CostAllocation.Unit"/> of usage that each scope has used in the time.</summary>
    ByUsage,

    /// <summary>In proportion to numbers that were measured elsewhere, as hours of machines: <see cref="AllocationTarget.Weight"/>.</summary>
    ByMetric,
}
