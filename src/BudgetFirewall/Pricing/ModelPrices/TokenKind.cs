namespace BudgetFirewall;

/// <summary>What a token is paid as. The parts of a whole follow it.</summary>
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
