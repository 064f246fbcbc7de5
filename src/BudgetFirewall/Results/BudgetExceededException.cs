namespace BudgetFirewall;

/// <summary>A hard budget has no room for the request, or the request would take a throttled budget above its ceiling.</summary>
public sealed class BudgetExceededException : BudgetDeniedException
{
    /// <summary>An exception for a decision.</summary>
    /// <param name="decision">The decision that denies.</param>
    /// <param name="innerException">The cause; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public BudgetExceededException(BudgetDecision decision, Exception? innerException = null) : base(decision, innerException)
    {
    }
}
