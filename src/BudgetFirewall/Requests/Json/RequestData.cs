using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A request as JSON, for whoever prices or charges it later; amounts are strings, what has its usual value is left out.</summary>
internal sealed class RequestData
{
    [JsonPropertyName("p")]
    public required string Provider { get; set; }

    [JsonPropertyName("o")]
    public string? Operation { get; set; }

    [JsonPropertyName("u")]
    public string? UserId { get; set; }

    [JsonPropertyName("j")]
    public string? ProjectId { get; set; }

    [JsonPropertyName("m")]
    public string? Model { get; set; }

    [JsonPropertyName("d")]
    public IReadOnlyDictionary<string, string>? Dimensions { get; set; }

    [JsonPropertyName("g")]
    public UsageData? Usage { get; set; }

    [JsonPropertyName("c")]
    public string? Cost { get; set; }

    [JsonPropertyName("n")]
    public int? Permits { get; set; }

    [JsonPropertyName("i")]
    public string? OperationId { get; set; }

    [JsonPropertyName("s")]
    public string? OperationScope { get; set; }

    [JsonPropertyName("l")]
    public long? LeaseTicks { get; set; }
}
