namespace BudgetFirewall;

/// <summary>The severity of an event, which depends on its type only.</summary>
public enum BudgetEventSeverity
{
    /// <summary>Something was done, as it was meant.</summary>
    Information,

    /// <summary>Somebody may want to look.</summary>
    Warning,

    /// <summary>Something is wrong.</summary>
    Error,
}
