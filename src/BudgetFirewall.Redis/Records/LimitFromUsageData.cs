using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The rule of a limit that follows from use as JSON; amounts and fractions are strings.</summary>
internal sealed class LimitFromUsageData
{
    [JsonPropertyName("n")]
    public required int Periods { get; set; }

    [JsonPropertyName("p")]
    public required string Percentile { get; set; }

    [JsonPropertyName("f")]
    public required string Factor { get; set; }

    [JsonPropertyName("l")]
    public required string Floor { get; set; }

    [JsonPropertyName("h")]
    public required string Ceiling { get; set; }

    public static LimitFromUsageData Of(LimitFromUsage rule) => new()
    {
        Periods = rule.Periods,
        Percentile = BudgetJson.Text(rule.Percentile),
        Factor = BudgetJson.Text(rule.Factor),
        Floor = BudgetJson.Text(rule.Floor),
        Ceiling = BudgetJson.Text(rule.Ceiling),
    };

    public LimitFromUsage ToRule() => new()
    {
        Periods = Periods,
        Percentile = BudgetJson.Decimal(Percentile),
        Factor = BudgetJson.Decimal(Factor),
        Floor = BudgetJson.Decimal(Floor),
        Ceiling = BudgetJson.Decimal(Ceiling),
    };
}
