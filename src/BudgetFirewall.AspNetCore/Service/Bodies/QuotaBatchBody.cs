using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace BudgetFirewall;

/// <summary>Several pools as JSON.</summary>
[Description("Several pools, which are checked before the first of them is made.")]
internal sealed class QuotaBatchBody
{
    [Required]
    [Description("The pools, up to 100 of different ids.")]
    public IReadOnlyList<QuotaBody?>? Pools { get; init; }
}
