using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The pools of a batch as JSON.</summary>
[Description("The pools, in the order of the request.")]
internal sealed record QuotaBatchReply
{
    public required IReadOnlyList<QuotaBatchItemReply> Pools { get; init; }
}
