using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A member of a pool as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("A scope that gets a part of a pool.")]
internal sealed class QuotaMemberBody
{
    [Required]
    [Description("The scope, kind=id as project=search.")]
    public string? Scope { get; init; }

    [Description("The weight of its share, above 0 up to 1,000,000 with at most 6 decimals; absent: 1.")]
    public decimal? Weight { get; init; }

    [Description("The place of its tier with the strategy priority, the smallest first; absent: 0.")]
    public int? Priority { get; init; }

    [Description("The amount that it gets before others are given more, with the strategies reserved and dynamic; absent: 0.")]
    public decimal? Minimum { get; init; }

    [Description("The most that it gets; absent: without bound.")]
    public decimal? Maximum { get; init; }

    public QuotaMember ToMember(string path) => FieldException.Naming(path, () => new QuotaMember
    {
        Scope = ScopeText.Parse(Scope ?? throw FieldException.Missing($"{path}.scope"), $"{path}.scope"),
        Weight = Weight ?? 1m,
        Priority = Priority ?? 0,
        Minimum = Minimum ?? 0m,
        Maximum = Maximum,
    });
}
