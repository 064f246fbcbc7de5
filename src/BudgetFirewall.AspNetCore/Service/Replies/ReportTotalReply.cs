using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The description of the total of a report's JSON.</summary>
[Description("The sum of all rows.")]
internal sealed record ReportTotalReply
{
    public required string Amount { get; init; }

    [Description("The number of paid calls.")]
    public required long Count { get; init; }

    [Description("The parts of shared costs that were allocated; not in amount.")]
    public required string Allocated { get; init; }
}
