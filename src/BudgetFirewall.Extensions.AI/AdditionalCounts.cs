using System.Collections.Frozen;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The counts that providers report by names of their own: parts of the prompt or of the answer, or else units.</summary>
internal sealed class AdditionalCounts
{
    private static readonly FrozenDictionary<string, TokenPart> Parts = new Dictionary<string, TokenPart>
    {
        ["InputTokenDetails.CachedTokenCount"] = TokenPart.CachedInput,
        ["CacheReadInputTokens"] = TokenPart.CachedInput,
        ["CacheReadInputTokenCount"] = TokenPart.CachedInput,
        ["cache_read_input_tokens"] = TokenPart.CachedInput,
        ["CachedContentTokenCount"] = TokenPart.CachedInput,
        ["CacheCreationInputTokens"] = TokenPart.CacheWrite,
        ["CacheCreationInputTokenCount"] = TokenPart.CacheWrite,
        ["cache_creation_input_tokens"] = TokenPart.CacheWrite,
        ["CacheWriteInputTokens"] = TokenPart.CacheWrite,
        ["CacheWriteInputTokenCount"] = TokenPart.CacheWrite,
        ["cache_write_input_tokens"] = TokenPart.CacheWrite,
        ["InputTokenDetails.CacheWriteTokenCount"] = TokenPart.CacheWrite,
        ["CacheCreation.Ephemeral5mInputTokens"] = TokenPart.CacheWriteFiveMinutes,
        ["Ephemeral5mInputTokens"] = TokenPart.CacheWriteFiveMinutes,
        ["cache_creation.ephemeral_5m_input_tokens"] = TokenPart.CacheWriteFiveMinutes,
        ["ephemeral_5m_input_tokens"] = TokenPart.CacheWriteFiveMinutes,
        ["CacheCreation.Ephemeral1hInputTokens"] = TokenPart.CacheWriteOneHour,
        ["Ephemeral1hInputTokens"] = TokenPart.CacheWriteOneHour,
        ["CacheWriteOneHourTokens"] = TokenPart.CacheWriteOneHour,
        ["cache_creation.ephemeral_1h_input_tokens"] = TokenPart.CacheWriteOneHour,
        ["ephemeral_1h_input_tokens"] = TokenPart.CacheWriteOneHour,
        ["InputTokenDetails.AudioTokenCount"] = TokenPart.AudioInput,
        ["InputAudioTokenCount"] = TokenPart.AudioInput,
        ["input_audio_tokens"] = TokenPart.AudioInput,
        ["InputTokenDetails.ImageTokenCount"] = TokenPart.ImageInput,
        ["InputImageTokenCount"] = TokenPart.ImageInput,
        ["input_image_tokens"] = TokenPart.ImageInput,
        ["OutputTokenDetails.ReasoningTokenCount"] = TokenPart.Reasoning,
        ["reasoning_tokens"] = TokenPart.Reasoning,
        ["ThoughtsTokenCount"] = TokenPart.Reasoning,
        ["OutputTokenDetails.AudioTokenCount"] = TokenPart.AudioOutput,
        ["OutputAudioTokenCount"] = TokenPart.AudioOutput,
        ["output_audio_tokens"] = TokenPart.AudioOutput,
        ["OutputTokenDetails.ImageTokenCount"] = TokenPart.ImageOutput,
        ["OutputImageTokenCount"] = TokenPart.ImageOutput,
        ["output_image_tokens"] = TokenPart.ImageOutput,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<TokenPart, long> _parts = [];
    private readonly Dictionary<string, decimal> _units = new(StringComparer.Ordinal);

    public AdditionalCounts(AdditionalPropertiesDictionary<long>? counts)
    {
        foreach (var (name, reported) in counts ?? [])
        {
            if (ReportedCount.Of(reported) is not ({ } count and > 0))
                continue;
            // Two names of one part report the same tokens twice.
            if (Parts.TryGetValue(name, out var part))
                _parts[part] = Math.Max(count, this[part] ?? 0);
            else if (IsUnit(name))
                _units[name] = count;
        }
    }

    /// <summary>The other counts as units; null for none.</summary>
    public IReadOnlyDictionary<string, decimal>? Units => _units.Count == 0 ? null : _units;

    /// <summary>The tokens of a part; null when they are not reported here, or none.</summary>
    public long? this[TokenPart part] => _parts.TryGetValue(part, out var count) ? count : null;

    // A count that cannot be a unit, as one named after a unit that is derived, is left out; the usage around it is not.
    private static bool IsUnit(string name) => BudgetScope.IsValidId(name) && !UsageUnits.IsDerived(name);
}
