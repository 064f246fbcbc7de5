using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of alerts as JSON.</summary>
[Description("A page of alerts, the latest first.")]
internal sealed record AlertListReply
{
    public required IReadOnlyList<AlertReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
