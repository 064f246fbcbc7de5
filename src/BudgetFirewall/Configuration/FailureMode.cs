namespace BudgetFirewall;

/// <summary>
/// The answer of check, reserve and spend when the store cannot decide. In either mode, charge, commit, release and extend never report success that the store
/// has not confirmed.
/// </summary>
public enum FailureMode
{
    /// <summary>Denied, as <see cref="DecisionOutcome.StoreUnavailable"/>.</summary>
    Deny,

    /// <summary>Allowed without the store: the decision says <see cref="BudgetDecision.IsDegraded"/> and a metric counts it.</summary>
    Allow,
}
