namespace BudgetFirewall;

/// <summary>A total would pass what a store can count, 9,223,372,036.854775807 currency units or a thousand times as many usage units. Nothing was changed.</summary>
public sealed class BudgetOverflowException : BudgetFirewallException
{
    /// <summary>An exception with the message that says so.</summary>
    public BudgetOverflowException()
        : base("A total would pass what the store can count (64 bits); nothing was changed. Reset the budget, or give it a shorter period.")
    {
    }
}
