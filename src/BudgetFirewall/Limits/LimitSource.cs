namespace BudgetFirewall;

/// <summary>The places that the definition of a limit may come from.</summary>
public enum LimitSource
{
    /// <summary>The options: code or configuration.</summary>
    Configuration,

    /// <summary>The catalog in the store, which is changed at run time.</summary>
    RunTime,
}
