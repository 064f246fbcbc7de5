namespace BudgetFirewall;

/// <summary>
/// Empty options whose validation at the start of a host checks the firewall of their name. They are separate from <see cref="BudgetFirewallOptions"/>
/// because a validation of those would also run, and throw, in the code that changes the configuration of a running application.
/// </summary>
internal sealed class FirewallStart;
