using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A usage as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The usage of a call. An amount that is not given is not known, which is not the same as zero.")]
internal sealed class UsageBody
{
    public long? RequestBytes { get; init; }

    public long? ResponseBytes { get; init; }

    [Description("Tokens of the whole prompt, cached ones included.")]
    public long? InputTokens { get; init; }

    [Description("The part of inputTokens read from the provider's cache.")]
    public long? CachedInputTokens { get; init; }

    [Description("The part of inputTokens written to the provider's cache for 5 minutes.")]
    public long? CacheWriteTokens { get; init; }

    [Description("The part of inputTokens written to the provider's cache for an hour.")]
    public long? CacheWriteOneHourTokens { get; init; }

    [Description("The part of inputTokens that is audio.")]
    public long? AudioInputTokens { get; init; }

    [Description("The part of inputTokens that is images.")]
    public long? ImageInputTokens { get; init; }

    [Description("Tokens of the whole answer, reasoning included.")]
    public long? OutputTokens { get; init; }

    [Description("The part of outputTokens spent on reasoning.")]
    public long? ReasoningTokens { get; init; }

    [Description("The part of outputTokens that is audio.")]
    public long? AudioOutputTokens { get; init; }

    [Description("The part of outputTokens that is images.")]
    public long? ImageOutputTokens { get; init; }

    [Description("The tier the call ran in, as batch or flex; absent for the standard one.")]
    public string? ServiceTier { get; init; }

    [Description("Amounts of named units, as record or image: strings or numbers, at most 6 decimals.")]
    public IReadOnlyDictionary<string, decimal>? Units { get; init; }

    /// <exception cref="FieldException">A value is not one that a usage may have.</exception>
    public BudgetUsage ToUsage(string path) => FieldException.Naming(path, () =>
    {
        var usage = Usage();
        // The parts are checked against their wholes where a usage is put to use.
        _ = new BudgetRequest { Provider = "usage", Usage = usage };
        return usage;
    });

    private BudgetUsage Usage() => new()
    {
        RequestBytes = RequestBytes ?? 0,
        ResponseBytes = ResponseBytes ?? 0,
        InputTokens = InputTokens,
        CachedInputTokens = CachedInputTokens,
        CacheWriteTokens = CacheWriteTokens,
        CacheWriteOneHourTokens = CacheWriteOneHourTokens,
        AudioInputTokens = AudioInputTokens,
        ImageInputTokens = ImageInputTokens,
        OutputTokens = OutputTokens,
        ReasoningTokens = ReasoningTokens,
        AudioOutputTokens = AudioOutputTokens,
        ImageOutputTokens = ImageOutputTokens,
        ServiceTier = ServiceTier,
        Units = Units,
    };
}
