namespace BudgetFirewall;

/// <summary>The names that the calculator gives to the lines of a cost. A line of a usage unit has the unit's name.</summary>
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
