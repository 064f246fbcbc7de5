namespace BudgetFirewall;

/// <summary>What the calculator calls its lines; lines of units bear the unit's name.</summary>
internal static class CostLineNames
{
    public const string Base = "base";
    public const string Cost = "cost";
    public const string CacheWriteTokens = "cache_write_tokens";
    public const string CacheWriteOneHourTokens = "cache_write_1h_tokens";
    public const string AudioInputTokens = "audio_input_tokens";
    public const string ImageInputTokens = "image_input_tokens";
    public const string AudioOutputTokens = "audio_output_tokens";
    public const string ImageOutputTokens = "image_output_tokens";
    public const string Rounding = "rounding";
}
