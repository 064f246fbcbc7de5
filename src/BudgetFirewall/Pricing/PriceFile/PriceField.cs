using System.Collections.Frozen;
using System.Globalization;

namespace BudgetFirewall;

/// <summary>The meaning of a price field of a price file, read from the field's name, such as <c>input_cost_per_token_above_200k_tokens_priority</c>.</summary>
/// <param name="Kind">The kind of token; null for a unit.</param>
/// <param name="Unit">The unit; null for a kind of token.</param>
/// <param name="AboveTokens">The input tokens above which it holds; 0 for any number.</param>
/// <param name="ServiceTier">The service tier; null for the standard one.</param>
internal readonly record struct PriceField(TokenKind? Kind, string? Unit, long AboveTokens = 0, string? ServiceTier = null)
{
    public const string FastTier = "fast";

    private const string Above = "_above_";
    private const string Tokens = "_tokens";

    private static readonly (string Ending, string ServiceTier)[] TierEndings =
        [("_batches", "batch"), ("_batch", "batch"), ("_flex", "flex"), ("_priority", "priority"), ("_ultrafast", "ultrafast"), ("_fast", FastTier)];

    private static readonly FrozenDictionary<string, PriceField> Known = new Dictionary<string, PriceField>
    {
        ["input_cost_per_token"] = new(TokenKind.Input, null),
        ["cache_read_input_token_cost"] = new(TokenKind.CachedInput, null),
        ["input_cost_per_token_cache_hit"] = new(TokenKind.CachedInput, null),
        ["cache_creation_input_token_cost"] = new(TokenKind.CacheWrite, null),
        ["cache_creation_input_token_cost_above_1hr"] = new(TokenKind.CacheWriteOneHour, null),
        ["input_cost_per_audio_token"] = new(TokenKind.AudioInput, null),
        ["input_cost_per_image_token"] = new(TokenKind.ImageInput, null),
        ["output_cost_per_token"] = new(TokenKind.Output, null),
        ["output_cost_per_reasoning_token"] = new(TokenKind.Reasoning, null),
        ["output_cost_per_audio_token"] = new(TokenKind.AudioOutput, null),
        ["output_cost_per_image_token"] = new(TokenKind.ImageOutput, null),
        ["input_cost_per_request"] = new(null, UsageUnits.Request),
        ["input_cost_per_query"] = new(null, PriceFileUnits.Query),
        ["input_cost_per_image"] = new(null, PriceFileUnits.InputImage),
        ["output_cost_per_image"] = new(null, PriceFileUnits.Image),
        ["input_cost_per_pixel"] = new(null, PriceFileUnits.Pixel),
        ["output_cost_per_pixel"] = new(null, PriceFileUnits.Pixel),
        ["input_cost_per_second"] = new(null, PriceFileUnits.Second),
        ["output_cost_per_second"] = new(null, PriceFileUnits.Second),
        ["input_cost_per_audio_per_second"] = new(null, PriceFileUnits.AudioSecond),
        ["output_cost_per_audio_per_second"] = new(null, PriceFileUnits.AudioSecond),
        ["input_cost_per_video_per_second"] = new(null, PriceFileUnits.VideoSecond),
        ["output_cost_per_video_per_second"] = new(null, PriceFileUnits.VideoSecond),
        ["input_cost_per_character"] = new(null, PriceFileUnits.InputCharacter),
        ["output_cost_per_character"] = new(null, PriceFileUnits.OutputCharacter),
        ["ocr_cost_per_page"] = new(null, PriceFileUnits.Page),
        ["annotation_cost_per_page"] = new(null, PriceFileUnits.AnnotatedPage),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads the name of a field; false when it is not a price, or not a known one.</summary>
    public static bool TryParse(string name, out PriceField field)
    {
        var rest = CutServiceTier(name, out var serviceTier);
        rest = CutThreshold(rest, out var above);
        if (serviceTier is null)
            rest = CutServiceTier(rest, out serviceTier);
        var isKnown = Known.TryGetValue(rest, out field);
        field = field with { AboveTokens = above, ServiceTier = serviceTier };
        return isKnown;
    }

    private static string CutServiceTier(string name, out string? serviceTier)
    {
        foreach (var (ending, tier) in TierEndings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                serviceTier = tier;
                return name[..^ending.Length];
            }
        }
        serviceTier = null;
        return name;
    }

    // "_above_200k_tokens" and "_above_200000_tokens"; the hour of "_above_1hr" is no number of tokens.
    private static string CutThreshold(string name, out long above)
    {
        above = 0;
        var start = name.LastIndexOf(Above, StringComparison.Ordinal);
        if (start < 0 || !name.EndsWith(Tokens, StringComparison.Ordinal) || start + Above.Length > name.Length - Tokens.Length)
            return name;
        var number = name.AsSpan(start + Above.Length, name.Length - Tokens.Length - start - Above.Length);
        var isThousands = number.EndsWith("k");
        if (!int.TryParse(isThousands ? number[..^1] : number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) || digits == 0)
            return name;
        above = isThousands ? digits * 1_000L : digits;
        return name[..start];
    }
}
