namespace BudgetFirewall;

/// <summary>The cause why a pool cannot be divided: another runtime budget, set while the pool was on its way, counts what a member's is to count.</summary>
internal sealed class MemberCountedTwiceException(string poolId, BudgetScope scope, string budgetId)
    : BudgetFirewallException($"The member {scope} of the pool '{poolId}' would count what the active budget '{budgetId}' counts.");
