using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The description of one row of a report's JSON.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
[Description("One row. The names that it is grouped by stand beside these members, each under its kind; null: the entries have none, or it is the row of the rest.")]
internal sealed record ReportRowReply
{
    [Description("The first moment of the row's span; absent: the report has one span.")]
    public DateTimeOffset? Interval { get; init; }

    public required string Amount { get; init; }

    [Description("The number of paid calls.")]
    public required long Count { get; init; }

    [Description("The parts of shared costs that were allocated; not in amount.")]
    public required string Allocated { get; init; }

    [Description("true for the row of all groups that are not among the top ones; absent for others.")]
    public bool? Rest { get; init; }
}
