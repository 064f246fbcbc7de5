namespace BudgetFirewall;

/// <summary>The answer to a request that no active budget counts.</summary>
public enum UnbudgetedRequests
{
    /// <summary>It is allowed.</summary>
    Allow,

    /// <summary>It is denied, as <see cref="DecisionOutcome.BudgetExceeded"/>.</summary>
    Deny,
}
