namespace BudgetFirewall.Tests.Registration;

/// <summary>An observer that asks the firewall it observes.</summary>
internal sealed class SelfObserver(IBudgetFirewall firewall) : IBudgetObserver
{
    public IBudgetFirewall Firewall { get; } = firewall;

    public int Denials { get; private set; }

    public void OnDenied(BudgetDecision decision) => Denials++;
}
