namespace BudgetFirewall;

/// <summary>Empty options whose validation at the start of a host makes the firewall of their name, with which its alerts begin.</summary>
internal sealed class AlertStart;
