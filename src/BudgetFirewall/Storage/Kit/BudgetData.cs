using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>A budget as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class BudgetData : LimitData
{
    [JsonPropertyName("l")]
    public required string Limit { get; set; }

    [JsonPropertyName("d")]
    public string? Period { get; set; }

    [JsonPropertyName("z")]
    public string? TimeZone { get; set; }

    [JsonPropertyName("f")]
    public LimitFromUsageData? LimitFromUsage { get; set; }

    [JsonPropertyName("q")]
    public ThrottleData? Throttle { get; set; }

    [JsonPropertyName("g")]
    public string? PoolId { get; set; }

    [JsonPropertyName("w")]
    public string[]? WarnAt { get; set; }
}
