namespace BudgetFirewall;

/// <summary>The reaction of the store when Redis turns out to have lost its data while this process was running.</summary>
public enum DataLossReaction
{
    /// <summary>The loss is logged as an error and counted, and decisions go on with counters at zero.</summary>
    Report,

    /// <summary>
    /// The loss is logged and counted too, and nothing is admitted until it is acknowledged or the process is restarted. Charges are still recorded, and so are
    /// commits of reservations that were made after the loss.
    /// </summary>
    Deny,
}
