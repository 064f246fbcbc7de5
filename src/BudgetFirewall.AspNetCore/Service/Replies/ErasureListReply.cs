using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The log of erasures as JSON.</summary>
[Description("The erasures, the earliest first.")]
internal sealed record ErasureListReply
{
    public required IReadOnlyList<ErasureRecordReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
