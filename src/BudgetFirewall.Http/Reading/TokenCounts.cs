namespace BudgetFirewall;

/// <summary>Counts of tokens as an answer tells them, each null until it does. The later of two counts takes the place of the earlier.</summary>
internal sealed class TokenCounts
{
    /// <summary>The most tokens that a usage can have of a kind.</summary>
    public const long Max = 9_000_000_000_000;

    /// <summary>The whole prompt.</summary>
    public long? Input { get; set; }

    public long? CachedInput { get; set; }

    /// <summary>All that was written to the cache, for whatever time.</summary>
    public long? CacheWrite { get; set; }

    public long? CacheWriteOneHour { get; set; }

    public long? AudioInput { get; set; }

    public long? ImageInput { get; set; }

    public long? Output { get; set; }

    public long? Reasoning { get; set; }

    public long? AudioOutput { get; set; }

    public long? ImageOutput { get; set; }

    public long? WebSearches { get; set; }

    /// <summary>
    /// Makes a usage of the counts. Parts that exceed their whole are cut to it, so that a wrong count of the provider does not make the usage impossible to price.
    /// </summary>
    public BudgetUsage ToUsage(long input, long output, string? serviceTier)
    {
        (input, output) = (Math.Min(input, Max), Math.Min(output, Max));
        var cached = Part(CachedInput, input);
        var oneHour = Part(CacheWriteOneHour, input - cached);
        var write = Part(CacheWrite - (CacheWriteOneHour ?? 0), input - cached - oneHour);
        var audioInput = Part(AudioInput, input);
        var audioOutput = Part(AudioOutput, output);
        return new()
        {
            InputTokens = input,
            CachedInputTokens = NullIfNone(cached),
            CacheWriteTokens = NullIfNone(write),
            CacheWriteOneHourTokens = NullIfNone(oneHour),
            AudioInputTokens = NullIfNone(audioInput),
            ImageInputTokens = NullIfNone(Part(ImageInput, input - audioInput)),
            OutputTokens = output,
            ReasoningTokens = NullIfNone(Part(Reasoning, output)),
            AudioOutputTokens = NullIfNone(audioOutput),
            ImageOutputTokens = NullIfNone(Part(ImageOutput, output - audioOutput)),
            ServiceTier = serviceTier,
            Units = WebSearches > 0 ? new Dictionary<string, decimal> { ["web_search_requests"] = Math.Min(WebSearches.Value, Max) } : null,
        };
    }

    private static long Part(long? count, long whole) => Math.Clamp(count ?? 0, 0, whole);

    private static long? NullIfNone(long count) => count == 0 ? null : count;
}
