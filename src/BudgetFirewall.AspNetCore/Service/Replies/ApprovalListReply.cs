using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of approvals as JSON.</summary>
[Description("A page of approvals, in the order in which they were asked for.")]
internal sealed record ApprovalListReply
{
    public required IReadOnlyList<ApprovalReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
