namespace BudgetFirewall;

/// <summary>The part of a pool that a member gets.</summary>
/// <param name="Scope">The member.</param>
/// <param name="Amount">The amount, in the pool's money or unit.</param>
public readonly record struct QuotaAllocation(BudgetScope Scope, decimal Amount);
