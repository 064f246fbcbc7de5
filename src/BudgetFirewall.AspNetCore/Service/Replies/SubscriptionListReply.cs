using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>Subscriptions as JSON.</summary>
[Description("The subscriptions, oldest first.")]
internal sealed record SubscriptionListReply
{
    public required IReadOnlyList<SubscriptionReply> Items { get; init; }

    [Description("Absent: there is one page.")]
    public string? NextCursor { get; init; }
}
