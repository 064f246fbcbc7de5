namespace BudgetFirewall;

/// <summary>The kinds of periods, shorter ones of the calendar first.</summary>
internal enum PeriodKind
{
    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A week.</summary>
    Week,

    /// <summary>A month.</summary>
    Month,

    /// <summary>A quarter.</summary>
    Quarter,

    /// <summary>A year.</summary>
    Year,

    /// <summary>No period.</summary>
    None,

    /// <summary>Periods of a stated length.</summary>
    Every,

    /// <summary>One span of time.</summary>
    Once,
}
