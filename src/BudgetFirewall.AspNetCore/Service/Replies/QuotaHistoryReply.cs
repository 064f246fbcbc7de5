using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of a pool's ended periods as JSON.</summary>
[Description("A page of the ended periods of a pool, the latest first.")]
internal sealed record QuotaHistoryReply
{
    public required IReadOnlyList<QuotaPeriodReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
