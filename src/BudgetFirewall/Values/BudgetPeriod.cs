namespace BudgetFirewall;

/// <summary>The span a budget is counted over, in UTC whatever the time zone of the host.</summary>
public enum BudgetPeriod
{
    /// <summary>From the full hour to the next.</summary>
    Hour,

    /// <summary>From midnight UTC to the next.</summary>
    Day,

    /// <summary>The ISO 8601 week, from Monday midnight UTC.</summary>
    Week,

    /// <summary>The calendar month.</summary>
    Month,

    /// <summary>The calendar quarter, from January, April, July or October.</summary>
    Quarter,

    /// <summary>The calendar year.</summary>
    Year,

    /// <summary>Counted until reset by hand.</summary>
    None,
}
