namespace BudgetFirewall;

/// <summary>The spans of time that a report has a row for each of.</summary>
public enum LedgerInterval
{
    /// <summary>One span: all of the report's time.</summary>
    Whole,

    /// <summary>Each hour.</summary>
    Hour,

    /// <summary>Each day.</summary>
    Day,

    /// <summary>Each week, from Monday.</summary>
    Week,

    /// <summary>Each month.</summary>
    Month,
}
