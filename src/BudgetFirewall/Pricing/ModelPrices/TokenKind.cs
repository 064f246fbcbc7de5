namespace BudgetFirewall;

/// <summary>The kinds of tokens that have prices of their own. Kinds that are part of another follow it: cached input is part of the input.</summary>
internal enum TokenKind
{
    Input,
    CachedInput,
    CacheWrite,
    CacheWriteOneHour,
    AudioInput,
    ImageInput,
    Output,
    Reasoning,
    AudioOutput,
    ImageOutput,
}
