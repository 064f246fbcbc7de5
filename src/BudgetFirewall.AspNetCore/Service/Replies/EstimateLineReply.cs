using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>One line of a cost as JSON.</summary>
[Description("One line of a cost.")]
internal sealed record EstimateLineReply
{
    public required string Name { get; init; }

    public required string Quantity { get; init; }

    public required string UnitPrice { get; init; }

    public required string Amount { get; init; }

    public static EstimateLineReply Of(CostLine line) => new()
    {
        Name = line.Name,
        Quantity = Amounts.Text(line.Quantity),
        UnitPrice = Amounts.Text(line.UnitPrice),
        Amount = Amounts.Text(line.Amount),
    };
}
