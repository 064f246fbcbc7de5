namespace BudgetFirewall;

/// <summary>The units that the library knows by name; every other unit is as given.</summary>
internal static class UnitNames
{
    public const string Request = "request";
    public const string Kilobytes = "kb";
    public const string Megabytes = "mb";
    public const string InputTokens = "input_tokens";
    public const string CachedInputTokens = "cached_input_tokens";
    public const string OutputTokens = "output_tokens";
    public const string ReasoningTokens = "reasoning_tokens";
    public const string TotalTokens = "total_tokens";
    public const string Image = "image";

    /// <summary>True for a unit that the library derives itself, so that it cannot be given by name.</summary>
    public static bool IsKnown(string unit) => unit is Request or Kilobytes or Megabytes
        or InputTokens or CachedInputTokens or OutputTokens or ReasoningTokens or TotalTokens;
}
