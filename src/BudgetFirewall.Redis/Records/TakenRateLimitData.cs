using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A rate limit of a record: the limit as it was then, the scope's id, and the amounts needed and taken, in micros.</summary>
internal sealed class TakenRateLimitData
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
