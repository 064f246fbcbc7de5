using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A test event as JSON.</summary>
[Description("An event that was recorded for one subscription.")]
internal sealed record TestReply
{
    public required string EventId { get; init; }

    public required string EventType { get; init; }
}
