using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace BudgetFirewall;

/// <summary>Several requests as JSON.</summary>
[Description("Several requests, each decided on its own, in their order.")]
internal sealed class BatchBody
{
    [Required]
    public IReadOnlyList<RequestBody?>? Requests { get; init; }
}
