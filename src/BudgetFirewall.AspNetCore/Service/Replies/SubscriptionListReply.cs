using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>Subscriptions as JSON.</summary>
[Description("The subscriptions, oldest first.")]
internal sealed record SubscriptionListReply
{
    public required IReadOnlyList<SubscriptionReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
