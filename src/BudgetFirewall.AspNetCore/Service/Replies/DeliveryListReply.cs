using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of deliveries as JSON.</summary>
[Description("A page of deliveries, the latest first.")]
internal sealed record DeliveryListReply
{
    public required IReadOnlyList<DeliveryReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
