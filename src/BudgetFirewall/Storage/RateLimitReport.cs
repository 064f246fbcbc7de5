namespace BudgetFirewall.Storage;

/// <summary>The part of what a provider has said that concerns one adaptive rate limit.</summary>
/// <param name="Rule">The rate limit; its <see cref="RateLimitRule.Adaptive"/> is not null.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="IsOverloaded">True when the provider was overloaded, so that the limit falls.</param>
/// <param name="Pause">The time for which the provider admits nothing; zero when it has not said so. The limit pauses no longer than its longest pause.</param>
public readonly record struct RateLimitReport(RateLimitRule Rule, string ScopeId, bool IsOverloaded, TimeSpan Pause)
{
    /// <summary>True when the limit has nothing to follow.</summary>
    internal bool IsEmpty => !IsOverloaded && PauseMicroseconds == 0;

    /// <summary>The time, from 0, for which the limit pauses: that of the provider, at most the limit's longest.</summary>
    public long PauseMicroseconds => Math.Clamp((Pause.Ticks / TimeSpan.TicksPerMicrosecond) + (Pause.Ticks % TimeSpan.TicksPerMicrosecond > 0 ? 1 : 0), 0, Rule.Adaptive?.LongestPauseMicroseconds ?? 0);
}
