namespace BudgetFirewall;

/// <summary>A part of the prompt or of the answer that has a price of its own.</summary>
internal enum TokenDetail
{
    CachedInput,
    CacheWrite,
    CacheWriteFiveMinutes,
    CacheWriteOneHour,
    AudioInput,
    ImageInput,
    Reasoning,
    AudioOutput,
    ImageOutput,
}
