namespace BudgetFirewall;

/// <summary>The sum of some entries. Immutable.</summary>
/// <param name="Amount">The money that was spent, in currency units, to the nano.</param>
/// <param name="Count">The number of entries.</param>
public sealed record LedgerTotal(decimal Amount, long Count);
