namespace BudgetFirewall.Storage;

/// <summary>The kinds of causes of alerts, which end in different ways. The numbers are bits, are written to databases, and never change.</summary>
[Flags]
public enum AlertCauseKind
{
    /// <summary>It ends when somebody says so, or at a time.</summary>
    Lasting = 1,

    /// <summary>A budget is above a fraction of its limit.</summary>
    Budget = 2,

    /// <summary>The store does not answer.</summary>
    Store = 4,

    /// <summary>An approval waits for an answer.</summary>
    Approval = 8,

    /// <summary>Entries wait for the ledger's database.</summary>
    Ledger = 16,

    /// <summary>A pool is used up.</summary>
    Pool = 32,
}
