namespace BudgetFirewall.RealClients.Tests;

/// <summary>The tokens that the provider tells of an answer, and bills.</summary>
/// <param name="Input">The tokens of the whole prompt.</param>
/// <param name="Output">The tokens of the whole answer.</param>
internal sealed record ReportedUsage(long Input, long Output)
{
    /// <summary>The part of the prompt that was read from the cache.</summary>
    public long Cached { get; init; }

    /// <summary>The part of the prompt that was written to the cache for five minutes.</summary>
    public long CacheWrite { get; init; }

    /// <summary>The part of the prompt that was written to the cache for an hour.</summary>
    public long CacheWriteOneHour { get; init; }

    /// <summary>The part of the answer that was spent on reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>The service tier in which the call ran; null for the standard one.</summary>
    public string? Tier { get; init; }

    /// <summary>The part of the prompt that the cache has nothing to do with.</summary>
    public long Plain => Input - Cached - CacheWrite - CacheWriteOneHour;
}
