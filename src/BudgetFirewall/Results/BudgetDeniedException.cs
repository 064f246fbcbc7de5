namespace BudgetFirewall;

/// <summary>A request was denied; <see cref="Decision"/> says why.</summary>
public abstract class BudgetDeniedException : BudgetFirewallException
{
    private protected BudgetDeniedException(BudgetDecision decision, Exception? innerException = null)
        : base((decision ?? throw new ArgumentNullException(nameof(decision))).ToString(), innerException)
    {
        Decision = decision;
        OperationId = decision.OperationId;
    }

    /// <summary>The decision.</summary>
    public BudgetDecision Decision { get; }

    /// <summary>The time until the request may fit; null when waiting does not help.</summary>
    public TimeSpan? RetryAfter => Decision.RetryAfter;
}
