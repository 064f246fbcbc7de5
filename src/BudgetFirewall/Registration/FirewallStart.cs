namespace BudgetFirewall;

/// <summary>
/// Options without content that a host makes when it starts, and so checks the firewall of their name. They stand apart from <see cref="BudgetFirewallOptions"/>
/// because a check of those would also run, and throw, inside whoever changes the configuration of a running application.
/// </summary>
internal sealed class FirewallStart;
