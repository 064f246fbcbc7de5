using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of allocations as JSON.</summary>
internal sealed record AllocationListReply
{
    public required IReadOnlyList<AllocationReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
