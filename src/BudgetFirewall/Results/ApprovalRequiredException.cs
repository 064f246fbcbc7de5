namespace BudgetFirewall;

/// <summary>The exception of a denial that an approval may end; <see cref="ApprovalIds"/> names what was asked for.</summary>
public sealed class ApprovalRequiredException : BudgetDeniedException
{
    /// <summary>An exception for a decision.</summary>
    /// <param name="decision">The decision that denies.</param>
    /// <param name="innerException">The cause; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public ApprovalRequiredException(BudgetDecision decision, Exception? innerException = null) : base(decision, innerException)
    {
    }

    /// <summary>The ids of the approvals that are pending for the request: <see cref="BudgetDecision.ApprovalIds"/>.</summary>
    public IReadOnlyList<string> ApprovalIds => Decision.ApprovalIds;
}
