using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A rate limit as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class RateLimitData : LimitData
{
    [JsonPropertyName("a")]
    public RateLimitAlgorithm? Algorithm { get; set; }

    [JsonPropertyName("c")]
    public string? Capacity { get; set; }

    [JsonPropertyName("r")]
    public string? RefillPerSecond { get; set; }
}
