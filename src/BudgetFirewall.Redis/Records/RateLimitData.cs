using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A rate limit as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class RateLimitData
{
    [JsonPropertyName("s")]
    public required string Scope { get; set; }

    [JsonPropertyName("c")]
    public required string Capacity { get; set; }

    [JsonPropertyName("r")]
    public required string RefillPerSecond { get; set; }

    [JsonPropertyName("u")]
    public string? Unit { get; set; }

    [JsonPropertyName("e")]
    public Enforcement? Enforcement { get; set; }

    [JsonPropertyName("p")]
    public IReadOnlyList<string>? Providers { get; set; }

    [JsonPropertyName("m")]
    public IReadOnlyList<string>? Models { get; set; }

    [JsonPropertyName("o")]
    public IReadOnlyList<string>? Operations { get; set; }

    [JsonPropertyName("i")]
    public string? Id { get; set; }
}
