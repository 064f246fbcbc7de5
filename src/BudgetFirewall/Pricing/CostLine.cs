namespace BudgetFirewall;

/// <summary>One line of a cost. Immutable.</summary>
/// <param name="Name">The name of the item paid for: <c>base</c>, <c>input_tokens</c>, <c>kb</c>, <c>rounding</c>, or a name that a modifier gives.</param>
/// <param name="Quantity">The quantity of the item; for the base, the operation's multiplier.</param>
/// <param name="UnitPrice">The price of one unit of it, in currency units.</param>
/// <param name="Amount">The amount that the line adds to the total, in currency units; below zero for a reduction.</param>
public sealed record CostLine(string Name, decimal Quantity, decimal UnitPrice, decimal Amount);
