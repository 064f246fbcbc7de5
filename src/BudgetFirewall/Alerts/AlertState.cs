namespace BudgetFirewall;

/// <summary>The states of an alert. The numbers are written to databases and never change.</summary>
public enum AlertState
{
    /// <summary>Somebody should look.</summary>
    Open = 0,

    /// <summary>Somebody looks; its cause is not over.</summary>
    Acknowledged = 1,

    /// <summary>Its cause is over, or somebody has said so.</summary>
    Resolved = 2,
}
