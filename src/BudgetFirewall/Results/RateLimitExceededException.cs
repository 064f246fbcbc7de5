namespace BudgetFirewall;

/// <summary>Every budget has room, and a rate limit refuses the request.</summary>
public sealed class RateLimitExceededException : BudgetDeniedException
{
    /// <summary>An exception for a decision.</summary>
    /// <param name="decision">The decision that denies.</param>
    /// <param name="innerException">The cause; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public RateLimitExceededException(BudgetDecision decision, Exception? innerException = null) : base(decision, innerException)
    {
    }
}
