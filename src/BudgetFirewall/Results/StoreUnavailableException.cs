namespace BudgetFirewall;

/// <summary>The store did not answer in time, and the options do not allow requests without its answer.</summary>
public sealed class StoreUnavailableException : BudgetDeniedException
{
    /// <summary>An exception for a decision.</summary>
    /// <param name="decision">The decision that denies.</param>
    /// <param name="innerException">The cause; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public StoreUnavailableException(BudgetDecision decision, Exception? innerException = null) : base(decision, innerException)
    {
    }
}
