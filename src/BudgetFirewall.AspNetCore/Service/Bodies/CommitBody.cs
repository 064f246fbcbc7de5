using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A commit as JSON: one of its two members.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The cost of the call, or its usage: one of the two.")]
internal sealed class CommitBody
{
    [Description("The cost in currency units: an exact decimal, as string or number, from 0 to 9000000000.")]
    public decimal? Cost { get; init; }

    [Description("The usage of the call; it is charged at its price.")]
    public UsageBody? Usage { get; init; }
}
