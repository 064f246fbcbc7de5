using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A cost as JSON.</summary>
[Description("The cost of a request, line by line; the lines add up to the total exactly. Amounts are exact decimals as strings.")]
internal sealed record EstimateReply
{
    public required string Total { get; init; }

    public required string Currency { get; init; }

    [Description("true when a price needs usage that was not given: the total is only the part that is known.")]
    public required bool IsUnknown { get; init; }

    public required IReadOnlyList<EstimateLineReply> Lines { get; init; }

    public static EstimateReply Of(CostBreakdown cost) => new()
    {
        Total = Amounts.Text(cost.Total),
        Currency = cost.Currency,
        IsUnknown = cost.IsUnknown,
        Lines = [.. cost.Lines.Select(EstimateLineReply.Of)],
    };
}
