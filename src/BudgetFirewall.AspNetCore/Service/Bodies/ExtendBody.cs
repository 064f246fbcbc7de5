using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>An extension as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The time for which the hold is to last.")]
internal sealed class ExtendBody
{
    [Required]
    [Description("The time from now, 1 to 86400 seconds.")]
    public decimal? LeaseSeconds { get; init; }
}
