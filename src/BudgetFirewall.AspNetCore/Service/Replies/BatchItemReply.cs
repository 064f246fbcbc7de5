using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The answer to one of several requests as JSON.</summary>
[Description("The answer of the single call: its status, and a decision, a receipt or an error.")]
internal sealed record BatchItemReply
{
    [Description("The status that the single call would have had.")]
    public required int Status { get; init; }

    public DecisionReply? Decision { get; init; }

    public ReceiptReply? Receipt { get; init; }

    public BatchErrorReply? Error { get; init; }
}
