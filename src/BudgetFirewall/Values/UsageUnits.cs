namespace BudgetFirewall;

/// <summary>The names of the units that the library knows; every other unit is as given.</summary>
public static class UsageUnits
{
    /// <summary>One for every request.</summary>
    public const string Request = "request";

    /// <summary>Bytes sent and received, divided by 1,024.</summary>
    public const string Kilobytes = "kb";

    /// <summary>Bytes sent and received, divided by 1,048,576.</summary>
    public const string Megabytes = "mb";

    /// <summary>The tokens of the whole prompt.</summary>
    public const string InputTokens = "input_tokens";

    /// <summary>The tokens of the prompt that were read from a cache.</summary>
    public const string CachedInputTokens = "cached_input_tokens";

    /// <summary>The tokens of the answer, those spent on reasoning included.</summary>
    public const string OutputTokens = "output_tokens";

    /// <summary>The tokens of the answer that were spent on reasoning.</summary>
    public const string ReasoningTokens = "reasoning_tokens";

    /// <summary>The tokens of prompt and answer together.</summary>
    public const string TotalTokens = "total_tokens";

    /// <summary>Images of the answer.</summary>
    public const string Image = "image";

    /// <summary>True for a unit that the library derives from the other members of a usage, so that <see cref="BudgetUsage.Units"/> cannot give it.</summary>
    /// <param name="unit">The unit's name, compared ordinally.</param>
    public static bool IsDerived(string unit) => unit is Request or Kilobytes or Megabytes
        or InputTokens or CachedInputTokens or OutputTokens or ReasoningTokens or TotalTokens;
}
