using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The answers to several requests as JSON.</summary>
[Description("One answer for each request, in their order.")]
internal sealed record BatchReply
{
    public required IReadOnlyList<BatchItemReply> Results { get; init; }
}
