using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A bucket of a record: the rate limit as it was then, the scope's id, and the amounts needed and taken, in micros.</summary>
internal sealed class BucketData
{
    [JsonPropertyName("l")]
    public required RateLimitData RateLimit { get; set; }

    [JsonPropertyName("s")]
    public required string ScopeId { get; set; }

    [JsonPropertyName("n")]
    public required string Need { get; set; }

    [JsonPropertyName("t")]
    public required string Take { get; set; }
}
