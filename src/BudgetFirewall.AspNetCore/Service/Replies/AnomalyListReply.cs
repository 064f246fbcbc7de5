using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of anomalies as JSON.</summary>
[Description("A page of anomalies, those found last first.")]
internal sealed record AnomalyListReply
{
    public required IReadOnlyList<AnomalyReply> Items { get; init; }

    [Description("The cursor of the next page, to be given with the same query; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
