namespace BudgetFirewall;

/// <summary>One line of a cost. Immutable.</summary>
/// <param name="Name">What is paid for: <c>base</c>, <c>input_tokens</c>, <c>kb</c>, <c>rounding</c>, or what a modifier calls it.</param>
/// <param name="Quantity">How much of it; of the base, the operation's multiplier.</param>
/// <param name="UnitPrice">The price of one, in currency units.</param>
/// <param name="Amount">What the line adds to the total, in currency units; below zero for a reduction.</param>
public sealed record CostLine(string Name, decimal Quantity, decimal UnitPrice, decimal Amount);
