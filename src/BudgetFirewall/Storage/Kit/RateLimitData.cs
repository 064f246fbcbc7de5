using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>A rate limit as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class RateLimitData : LimitData
{
    [JsonPropertyName("a")]
    public RateLimitAlgorithm? Algorithm { get; set; }

    [JsonPropertyName("c")]
    public string? Capacity { get; set; }

    [JsonPropertyName("r")]
    public string? RefillPerSecond { get; set; }

    [JsonPropertyName("l")]
    public string? Limit { get; set; }

    /// <summary>In milliseconds.</summary>
    [JsonPropertyName("w")]
    public long? Window { get; set; }

    [JsonPropertyName("g")]
    public string? Alignment { get; set; }

    [JsonPropertyName("v")]
    public string? RatePerSecond { get; set; }

    [JsonPropertyName("q")]
    public string? QueueLimit { get; set; }

    /// <summary>In milliseconds.</summary>
    [JsonPropertyName("z")]
    public long? MaxWait { get; set; }

    [JsonPropertyName("d")]
    public AdaptiveData? Adaptive { get; set; }
}
