using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The rule of a limit that follows from use as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("A limit that follows from use: a percentile of what was spent in past periods, times a factor, within a floor and a ceiling.")]
internal sealed class LimitFromUsageBody
{
    [Required]
    [Description("The number of past periods that are looked at: 1 to 90.")]
    public int? Periods { get; init; }

    [Description("The percentile, as a fraction above 0 up to 1 with at most 6 decimals; absent: 0.95.")]
    public decimal? Percentile { get; init; }

    [Description("The number that the percentile is multiplied by, above 0 up to 1,000 with at most 6 decimals; absent: 1.")]
    public decimal? Factor { get; init; }

    [Required]
    [Description("The least limit, 0 or more.")]
    public decimal? Floor { get; init; }

    [Required]
    [Description("The highest limit, not below the floor.")]
    public decimal? Ceiling { get; init; }

    /// <summary>The rule.</summary>
    /// <exception cref="FieldException">A value is missing, or not one that a rule may have.</exception>
    public LimitFromUsage ToRule(string path) => FieldException.Naming(path, () =>
    {
        var rule = new LimitFromUsage
        {
            Periods = Periods ?? throw FieldException.Missing($"{path}.periods"),
            Floor = Floor ?? throw FieldException.Missing($"{path}.floor"),
            Ceiling = Ceiling ?? throw FieldException.Missing($"{path}.ceiling"),
        };
        return rule with { Percentile = Percentile ?? rule.Percentile, Factor = Factor ?? rule.Factor };
    });
}
