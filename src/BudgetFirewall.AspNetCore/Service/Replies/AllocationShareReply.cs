using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The part of a scope.</summary>
internal sealed record AllocationShareReply
{
    public required string Scope { get; init; }

    [Description("What the part is in proportion to.")]
    public required string Weight { get; init; }

    public required string Amount { get; init; }
}
