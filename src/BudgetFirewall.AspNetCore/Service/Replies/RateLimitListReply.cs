using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A page of the rate limits in force as JSON.</summary>
[Description("A page of the rate limits in force, configured ones and those set at run time, ordered by id.")]
internal sealed record RateLimitListReply
{
    public required IReadOnlyList<RateLimitReply> Items { get; init; }

    [Description("The cursor of the next page; absent: this is the last one.")]
    public string? NextCursor { get; init; }
}
