using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>Health as JSON.</summary>
[Description("The store has answered. A used-up budget is not unhealthy.")]
internal sealed record HealthReply
{
    public required string Status { get; init; }
}
