using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of pools as JSON.</summary>
[Description("A page of the pools, ordered by id.")]
internal sealed record QuotaListReply
{
    public required IReadOnlyList<QuotaReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
