using System.Globalization;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>A usage as a store keeps it in JSON. Amounts of units are strings; a member that is not given is left out.</summary>
public sealed class StoredUsage
{
    /// <summary>The bytes sent; null when there are none.</summary>
    [JsonPropertyName("q")]
    public long? RequestBytes { get; set; }

    /// <summary>The bytes received; null when there are none.</summary>
    [JsonPropertyName("a")]
    public long? ResponseBytes { get; set; }

    /// <summary>The tokens of the prompt; null when they are not given.</summary>
    [JsonPropertyName("i")]
    public long? InputTokens { get; set; }

    /// <summary>The tokens of the prompt that were read from a cache; null when they are not given.</summary>
    [JsonPropertyName("c")]
    public long? CachedInputTokens { get; set; }

    /// <summary>The tokens of the prompt that were written to a cache; null when they are not given.</summary>
    [JsonPropertyName("w")]
    public long? CacheWriteTokens { get; set; }

    /// <summary>The tokens of the prompt that were written to a cache for an hour; null when they are not given.</summary>
    [JsonPropertyName("h")]
    public long? CacheWriteOneHourTokens { get; set; }

    /// <summary>The tokens of the answer; null when they are not given.</summary>
    [JsonPropertyName("o")]
    public long? OutputTokens { get; set; }

    /// <summary>The tokens of the answer that were spent on reasoning; null when they are not given.</summary>
    [JsonPropertyName("r")]
    public long? ReasoningTokens { get; set; }

    /// <summary>The tokens of sound in the prompt; null when they are not given.</summary>
    [JsonPropertyName("ai")]
    public long? AudioInputTokens { get; set; }

    /// <summary>The tokens of images in the prompt; null when they are not given.</summary>
    [JsonPropertyName("ii")]
    public long? ImageInputTokens { get; set; }

    /// <summary>The tokens of sound in the answer; null when they are not given.</summary>
    [JsonPropertyName("ao")]
    public long? AudioOutputTokens { get; set; }

    /// <summary>The tokens of images in the answer; null when they are not given.</summary>
    [JsonPropertyName("io")]
    public long? ImageOutputTokens { get; set; }

    /// <summary>The service tier; null for the standard one.</summary>
    [JsonPropertyName("t")]
    public string? ServiceTier { get; set; }

    /// <summary>Amounts of other units by name, as decimal text; null for none.</summary>
    [JsonPropertyName("u")]
    public Dictionary<string, string>? Units { get; set; }

    /// <summary>The stored form of a usage.</summary>
    /// <param name="usage">The usage.</param>
    /// <exception cref="ArgumentNullException"><paramref name="usage"/> is null.</exception>
    public static StoredUsage Of(BudgetUsage usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        return new()
        {
            RequestBytes = usage.RequestBytes == 0 ? null : usage.RequestBytes,
            ResponseBytes = usage.ResponseBytes == 0 ? null : usage.ResponseBytes,
            InputTokens = usage.InputTokens,
            CachedInputTokens = usage.CachedInputTokens,
            CacheWriteTokens = usage.CacheWriteTokens,
            CacheWriteOneHourTokens = usage.CacheWriteOneHourTokens,
            OutputTokens = usage.OutputTokens,
            ReasoningTokens = usage.ReasoningTokens,
            AudioInputTokens = usage.AudioInputTokens,
            ImageInputTokens = usage.ImageInputTokens,
            AudioOutputTokens = usage.AudioOutputTokens,
            ImageOutputTokens = usage.ImageOutputTokens,
            ServiceTier = usage.ServiceTier,
            Units = usage.Units?.ToDictionary(unit => unit.Key, unit => unit.Value.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal),
        };
    }

    /// <summary>The usage that was stored.</summary>
    /// <exception cref="ArgumentException">A member is not what a usage may have.</exception>
    /// <exception cref="FormatException">An amount is no decimal number.</exception>
    public BudgetUsage ToUsage() => new()
    {
        RequestBytes = RequestBytes ?? 0,
        ResponseBytes = ResponseBytes ?? 0,
        InputTokens = InputTokens,
        CachedInputTokens = CachedInputTokens,
        CacheWriteTokens = CacheWriteTokens,
        CacheWriteOneHourTokens = CacheWriteOneHourTokens,
        OutputTokens = OutputTokens,
        ReasoningTokens = ReasoningTokens,
        AudioInputTokens = AudioInputTokens,
        ImageInputTokens = ImageInputTokens,
        AudioOutputTokens = AudioOutputTokens,
        ImageOutputTokens = ImageOutputTokens,
        ServiceTier = ServiceTier,
        Units = Units?.ToDictionary(unit => unit.Key, unit => Decimal(unit.Value), StringComparer.Ordinal),
    };

    internal static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
