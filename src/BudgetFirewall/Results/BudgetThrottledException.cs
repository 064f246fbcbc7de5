namespace BudgetFirewall;

/// <summary>The exception of a denial by a throttled budget, which is above its limit and has no turn for the request yet.</summary>
public sealed class BudgetThrottledException : BudgetDeniedException
{
    /// <summary>An exception for a decision.</summary>
    /// <param name="decision">The decision that denies.</param>
    /// <param name="innerException">The cause; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public BudgetThrottledException(BudgetDecision decision, Exception? innerException = null) : base(decision, innerException)
    {
    }
}
