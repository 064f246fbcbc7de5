namespace BudgetFirewall;

/// <summary>What check, reserve and spend answer when the store cannot. Charge, commit, release and extend never pretend, in either mode.</summary>
public enum FailureMode
{
    /// <summary>Denied, as <see cref="DecisionOutcome.StoreUnavailable"/>.</summary>
    Deny,

    /// <summary>Allowed unseen: the decision says <see cref="BudgetDecision.IsDegraded"/> and a metric counts it.</summary>
    Allow,
}
