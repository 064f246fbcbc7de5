using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A usage as JSON; amounts of units are strings, what is not said is left out.</summary>
internal sealed class UsageData
{
    [JsonPropertyName("q")]
    public long? RequestBytes { get; set; }

    [JsonPropertyName("a")]
    public long? ResponseBytes { get; set; }

    [JsonPropertyName("i")]
    public long? InputTokens { get; set; }

    [JsonPropertyName("c")]
    public long? CachedInputTokens { get; set; }

    [JsonPropertyName("w")]
    public long? CacheWriteTokens { get; set; }

    [JsonPropertyName("h")]
    public long? CacheWriteOneHourTokens { get; set; }

    [JsonPropertyName("o")]
    public long? OutputTokens { get; set; }

    [JsonPropertyName("r")]
    public long? ReasoningTokens { get; set; }

    [JsonPropertyName("ai")]
    public long? AudioInputTokens { get; set; }

    [JsonPropertyName("ii")]
    public long? ImageInputTokens { get; set; }

    [JsonPropertyName("ao")]
    public long? AudioOutputTokens { get; set; }

    [JsonPropertyName("io")]
    public long? ImageOutputTokens { get; set; }

    [JsonPropertyName("t")]
    public string? ServiceTier { get; set; }

    [JsonPropertyName("u")]
    public Dictionary<string, string>? Units { get; set; }
}
