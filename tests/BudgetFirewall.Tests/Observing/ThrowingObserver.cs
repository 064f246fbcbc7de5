namespace BudgetFirewall.Tests;

internal sealed class ThrowingObserver : IBudgetObserver
{
    public void OnWarning(BudgetWarning warning) => throw new InvalidOperationException("The observer is broken.");

    public void OnDenied(BudgetDecision decision) => throw new InvalidOperationException("The observer is broken.");

    public void OnCharged(ChargeReceipt receipt) => throw new InvalidOperationException("The observer is broken.");

    public void OnOverrun(ChargeReceipt receipt) => throw new InvalidOperationException("The observer is broken.");
}
