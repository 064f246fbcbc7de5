namespace BudgetFirewall;

/// <summary>The list of the kinds of tokens, the line name of each, and the kind whose price each falls back to.</summary>
internal static class TokenKinds
{
    private static readonly string[] LineNames =
    [
        UsageUnits.InputTokens,
        UsageUnits.CachedInputTokens,
        CostLineNames.CacheWriteTokens,
        CostLineNames.CacheWriteOneHourTokens,
        CostLineNames.AudioInputTokens,
        CostLineNames.ImageInputTokens,
        UsageUnits.OutputTokens,
        UsageUnits.ReasoningTokens,
        CostLineNames.AudioOutputTokens,
        CostLineNames.ImageOutputTokens,
    ];

    /// <summary>All kinds of tokens; a whole comes before its parts.</summary>
    public static IReadOnlyList<TokenKind> All { get; } = Enum.GetValues<TokenKind>();

    public static string LineName(this TokenKind kind) => LineNames[(int)kind];

    /// <summary>The kind whose price holds where this one has none; null for a whole.</summary>
    public static TokenKind? Whole(this TokenKind kind) => kind switch
    {
        TokenKind.Input or TokenKind.Output => null,
        TokenKind.CacheWriteOneHour => TokenKind.CacheWrite,
        TokenKind.CachedInput or TokenKind.CacheWrite or TokenKind.AudioInput or TokenKind.ImageInput => TokenKind.Input,
        TokenKind.Reasoning or TokenKind.AudioOutput or TokenKind.ImageOutput => TokenKind.Output,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of tokens."),
    };
}
