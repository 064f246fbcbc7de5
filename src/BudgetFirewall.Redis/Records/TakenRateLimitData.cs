using System.Text.Json;
using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A rate limit of a record: the limit as it was then, as <see cref="LimitJson"/> writes it, the scope's id, and the amounts needed and taken, in micros.</summary>
internal sealed class TakenRateLimitData
{
    [JsonPropertyName("l")]
    public required JsonElement RateLimit { get; set; }

    [JsonPropertyName("s")]
    public required string ScopeId { get; set; }

    [JsonPropertyName("n")]
    public required string Need { get; set; }

    [JsonPropertyName("t")]
    public required string Take { get; set; }
}
