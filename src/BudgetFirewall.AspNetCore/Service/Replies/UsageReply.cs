using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A usage as JSON, as requests give it.</summary>
[Description("The usage of a call. An amount that is absent is not known, which is not the same as zero.")]
internal sealed record UsageReply
{
    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }

    public long? InputTokens { get; init; }

    public long? CachedInputTokens { get; init; }

    public long? CacheWriteTokens { get; init; }

    public long? CacheWriteOneHourTokens { get; init; }

    public long? AudioInputTokens { get; init; }

    public long? ImageInputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public long? ReasoningTokens { get; init; }

    public long? AudioOutputTokens { get; init; }

    public long? ImageOutputTokens { get; init; }

    public string? ServiceTier { get; init; }

    [Description("Amounts of named units, as exact decimals.")]
    public IReadOnlyDictionary<string, string>? Units { get; init; }

    public static UsageReply Of(BudgetUsage usage) => new()
    {
        RequestBytes = usage.RequestBytes,
        ResponseBytes = usage.ResponseBytes,
        InputTokens = usage.InputTokens,
        CachedInputTokens = usage.CachedInputTokens,
        CacheWriteTokens = usage.CacheWriteTokens,
        CacheWriteOneHourTokens = usage.CacheWriteOneHourTokens,
        AudioInputTokens = usage.AudioInputTokens,
        ImageInputTokens = usage.ImageInputTokens,
        OutputTokens = usage.OutputTokens,
        ReasoningTokens = usage.ReasoningTokens,
        AudioOutputTokens = usage.AudioOutputTokens,
        ImageOutputTokens = usage.ImageOutputTokens,
        ServiceTier = usage.ServiceTier,
        Units = usage.Units?.ToDictionary(unit => unit.Key, unit => Amounts.Text(unit.Value)),
    };
}
