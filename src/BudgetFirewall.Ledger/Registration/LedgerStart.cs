namespace BudgetFirewall;

/// <summary>Empty options whose validation at the start of a host makes the firewall of their name, so that a store that no ledger records is found then.</summary>
internal sealed class LedgerStart;
