using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The answer to an approval as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("What is approved.")]
internal sealed class ApproveBody
{
    [Required]
    [Description("The amount by which the budget's allowance grows: an exact decimal, as string or number, above 0, in currency units or in the budget's unit.")]
    public decimal? Amount { get; init; }

    [Description("A note for those who read the approval later, 1 to 1,000 characters; absent: none.")]
    public string? Note { get; init; }
}
