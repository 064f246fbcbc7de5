namespace BudgetFirewall;

/// <summary>What happens when Redis turns out to have lost its data while this process was running.</summary>
public enum DataLossReaction
{
    /// <summary>It is logged as an error and counted, and decisions go on from zero.</summary>
    Report,

    /// <summary>Also, nothing is admitted until it is acknowledged or the process is restarted; charges are still recorded, and commits of reservations from after the loss.</summary>
    Deny,
}
