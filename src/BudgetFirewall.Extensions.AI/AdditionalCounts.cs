using System.Collections.Frozen;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The counts that providers report by names of their own: parts of the prompt or of the answer, or else units.</summary>
internal sealed class AdditionalCounts
{
    private static readonly FrozenDictionary<string, TokenDetail> Parts = new Dictionary<string, TokenDetail>
    {
        ["InputTokenDetails.CachedTokenCount"] = TokenDetail.CachedInput,
        ["CacheReadInputTokens"] = TokenDetail.CachedInput,
        ["CacheReadInputTokenCount"] = TokenDetail.CachedInput,
        ["cache_read_input_tokens"] = TokenDetail.CachedInput,
        ["CachedContentTokenCount"] = TokenDetail.CachedInput,
        ["CacheCreationInputTokens"] = TokenDetail.CacheWrite,
        ["CacheCreationInputTokenCount"] = TokenDetail.CacheWrite,
        ["cache_creation_input_tokens"] = TokenDetail.CacheWrite,
        ["CacheWriteInputTokens"] = TokenDetail.CacheWrite,
        ["CacheWriteInputTokenCount"] = TokenDetail.CacheWrite,
        ["cache_write_input_tokens"] = TokenDetail.CacheWrite,
        ["InputTokenDetails.CacheWriteTokenCount"] = TokenDetail.CacheWrite,
        ["CacheCreation.Ephemeral5mInputTokens"] = TokenDetail.CacheWriteFiveMinutes,
        ["Ephemeral5mInputTokens"] = TokenDetail.CacheWriteFiveMinutes,
        ["cache_creation.ephemeral_5m_input_tokens"] = TokenDetail.CacheWriteFiveMinutes,
        ["ephemeral_5m_input_tokens"] = TokenDetail.CacheWriteFiveMinutes,
        ["CacheCreation.Ephemeral1hInputTokens"] = TokenDetail.CacheWriteOneHour,
        ["Ephemeral1hInputTokens"] = TokenDetail.CacheWriteOneHour,
        ["CacheWriteOneHourTokens"] = TokenDetail.CacheWriteOneHour,
        ["cache_creation.ephemeral_1h_input_tokens"] = TokenDetail.CacheWriteOneHour,
        ["ephemeral_1h_input_tokens"] = TokenDetail.CacheWriteOneHour,
        ["InputTokenDetails.AudioTokenCount"] = TokenDetail.AudioInput,
        ["InputAudioTokenCount"] = TokenDetail.AudioInput,
        ["input_audio_tokens"] = TokenDetail.AudioInput,
        ["InputTokenDetails.ImageTokenCount"] = TokenDetail.ImageInput,
        ["InputImageTokenCount"] = TokenDetail.ImageInput,
        ["input_image_tokens"] = TokenDetail.ImageInput,
        ["OutputTokenDetails.ReasoningTokenCount"] = TokenDetail.Reasoning,
        ["reasoning_tokens"] = TokenDetail.Reasoning,
        ["ThoughtsTokenCount"] = TokenDetail.Reasoning,
        ["OutputTokenDetails.AudioTokenCount"] = TokenDetail.AudioOutput,
        ["OutputAudioTokenCount"] = TokenDetail.AudioOutput,
        ["output_audio_tokens"] = TokenDetail.AudioOutput,
        ["OutputTokenDetails.ImageTokenCount"] = TokenDetail.ImageOutput,
        ["OutputImageTokenCount"] = TokenDetail.ImageOutput,
        ["output_image_tokens"] = TokenDetail.ImageOutput,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<TokenDetail, long> _parts = [];
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
    public long? this[TokenDetail part] => _parts.TryGetValue(part, out var count) ? count : null;

    // A count that cannot be a unit, as one named after a unit that is derived, is left out; the usage around it is not.
    private static bool IsUnit(string name) => BudgetScope.IsValidId(name) && !UsageUnits.IsDerived(name);
}
