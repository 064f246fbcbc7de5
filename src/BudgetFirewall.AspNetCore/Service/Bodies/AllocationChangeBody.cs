using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A request to take an allocation back, or to make it again, as JSON.</summary>
[Description("Why an allocation is taken back or made again.")]
internal sealed class AllocationChangeBody
{
    [Description("The reason, for people who read of it later.")]
    public string? Reason { get; init; }
}
