using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A scope that gets a part of a shared cost, as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("A scope that gets a part of a shared cost.")]
internal sealed class AllocationTargetBody
{
    [Required]
    [Description("The scope, kind=id as project=search.")]
    public string? Scope { get; init; }

    [Description("Its share with the method fixed_shares, its measured number with by_metric: 0 or more. The other methods take none.")]
    public decimal? Weight { get; init; }

    /// <exception cref="FieldException">The scope is missing or none.</exception>
    public AllocationTarget ToTarget(string path) => new(ScopeText.Parse(Scope ?? throw FieldException.Missing($"{path}.scope"), $"{path}.scope"), Weight ?? 1m);
}
