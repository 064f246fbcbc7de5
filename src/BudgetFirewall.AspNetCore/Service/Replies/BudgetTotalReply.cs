using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>Sums over several budgets as JSON.</summary>
[Description("Sums over the budgets that count money, or one usage unit. A charge that several of them count is in each. Amounts are exact decimals as strings.")]
internal sealed record BudgetTotalReply
{
    [Description("The usage unit that is counted; absent: money.")]
    public string? Unit { get; init; }

    [Description("The number of budgets.")]
    public required int Count { get; init; }

    public required string Limit { get; init; }

    [Description("The sum of the amounts by which their limits are raised in their present periods.")]
    public required string Allowance { get; init; }

    public required string Spent { get; init; }

    public required string Held { get; init; }

    public required string Remaining { get; init; }

    [Description("The amount that remains in the hard budget that has least, or below the ceiling of a throttled one; absent: there is neither.")]
    public string? LeastRemaining { get; init; }

    public static BudgetTotalReply Of(BudgetTotal total) => new()
    {
        Unit = total.Unit,
        Count = total.Count,
        Limit = Amounts.Text(total.Limit),
        Allowance = Amounts.Text(total.Allowance),
        Spent = Amounts.Text(total.Spent),
        Held = Amounts.Text(total.Held),
        Remaining = Amounts.Text(total.Remaining),
        LeastRemaining = total.LeastRemaining is { } least ? Amounts.Text(least) : null,
    };
}
