using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A pool of a batch as JSON.</summary>
internal sealed record QuotaBatchItemReply
{
    public required string Id { get; init; }

    [Description("The pool as it is divided; absent: there is another pool with its id.")]
    public QuotaReply? Pool { get; init; }
}
