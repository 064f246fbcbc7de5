namespace BudgetFirewall;

/// <summary>The groups of endpoints of the HTTP service, each of which can be authorised on its own.</summary>
[Flags]
public enum BudgetEndpointGroups
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Check, reserve, commit, release, extend, spend, charge and record.</summary>
    Deciding = 1,

    /// <summary>Status, the lists of budgets, approvals and alerts, estimates, and the entries, receipts and reports of the ledger. Changes nothing.</summary>
    Reading = 2,

    /// <summary>Setting, removing and resetting budgets, answering approvals, acknowledging alerts, and replaying the ledger against another configuration.</summary>
    Administration = 4,

    /// <summary>The health endpoint: it tells whether the store answers, and nothing about budgets.</summary>
    Health = 8,

    /// <summary>All of them.</summary>
    All = Deciding | Reading | Administration | Health,
}
