namespace BudgetFirewall;

/// <summary>A scope that was asked to get a part.</summary>
internal sealed record AllocationTargetReply
{
    public required string Scope { get; init; }

    public required string Weight { get; init; }
}
