namespace BudgetFirewall;

/// <summary>The names of the instruments of a ledger's delivery, of the meter <see cref="BudgetFirewallDiagnostics.MeterName"/>. They are stable.</summary>
public static class LedgerDiagnostics
{
    /// <summary>Counter of entries that were delivered to the ledger, those included that it had already.</summary>
    public const string Written = "budgetfirewall.ledger.written";

    /// <summary>Gauge of charges and other changes of amounts that wait for the ledger's database.</summary>
    public const string Waiting = "budgetfirewall.ledger.waiting";

    /// <summary>Counter of writes that the ledger's database has refused or not answered; each is tried again.</summary>
    public const string Failures = "budgetfirewall.ledger.failures";

    /// <summary>Counter of counters of which the ledger has said something else than the store, each time when they were compared.</summary>
    public const string Differences = "budgetfirewall.ledger.differences";

    /// <summary>Counter of denials, and of allowed requests where those are recorded, that no entry stands for, because there were too many.</summary>
    public const string LeftOut = "budgetfirewall.ledger.left_out";
}
