using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A member of a pool in an ended period as JSON.</summary>
internal sealed record QuotaMemberPeriodReply
{
    public required string Scope { get; init; }

    [Description("The limit that the member had at the end of the period.")]
    public required string Allocated { get; init; }

    public required string Used { get; init; }

    [Description("What had been rolled over into the period.")]
    public required string RolledOver { get; init; }

    public required string Lent { get; init; }

    public required string Borrowed { get; init; }
}
