namespace BudgetFirewall;

/// <summary>
/// The store could not answer, or not in time, and the options do not allow requests without its answer. The message and the inner exception give the cause.
/// </summary>
public sealed class StoreUnavailableException : BudgetDeniedException
{
    /// <summary>An exception for a decision.</summary>
    /// <param name="decision">The decision that denies.</param>
    /// <param name="innerException">The cause; null for <see cref="BudgetDecision.StoreFailure"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public StoreUnavailableException(BudgetDecision decision, Exception? innerException = null) : base(decision, innerException ?? decision?.StoreFailure)
    {
    }
}
