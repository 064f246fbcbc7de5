using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

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
        Percentile = LimitJson.Text(rule.Percentile),
        Factor = LimitJson.Text(rule.Factor),
        Floor = LimitJson.Text(rule.Floor),
        Ceiling = LimitJson.Text(rule.Ceiling),
    };

    public LimitFromUsage ToRule() => new()
    {
        Periods = Periods,
        Percentile = LimitJson.Decimal(Percentile),
        Factor = LimitJson.Decimal(Factor),
        Floor = LimitJson.Decimal(Floor),
        Ceiling = LimitJson.Decimal(Ceiling),
    };
}
