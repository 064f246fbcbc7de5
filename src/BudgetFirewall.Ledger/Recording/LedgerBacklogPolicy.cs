namespace BudgetFirewall;

/// <summary>The behaviour of a firewall while too many entries wait for the database of its ledger.</summary>
public enum LedgerBacklogPolicy
{
    /// <summary>Checks, reservations and spends are refused as <see cref="DecisionOutcome.StoreUnavailable"/>; charges and commits are recorded.</summary>
    Refuse,

    /// <summary>Everything goes on, and the backlog grows: it is only logged, and shown in <see cref="LedgerFeedStatus"/>.</summary>
    Report,
}
