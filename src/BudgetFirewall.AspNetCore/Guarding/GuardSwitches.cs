namespace BudgetFirewall;

/// <summary>The switches of a guarded application, frozen.</summary>
internal sealed record GuardSwitches(bool IsEnabled, bool RefuseRequests, bool ChargeRequests, bool WarnCallers, FailureMode? FailureMode)
{
    public static GuardSwitches Of(BudgetGuardOptions options) =>
        new(options.IsEnabled, options.RefuseRequests, options.ChargeRequests, options.WarnCallers, options.FailureMode);

    /// <summary>True when everything that a guard does is done.</summary>
    public bool GuardsFully => IsEnabled && RefuseRequests && ChargeRequests;

    /// <summary>True when a request with this decision may run.</summary>
    public bool MayRun(BudgetDecision decision)
    {
        if (!RefuseRequests)
            return true;
        if (decision.Outcome == DecisionOutcome.StoreUnavailable)
            return FailureMode == global::BudgetFirewall.FailureMode.Allow;
        return decision.IsAllowed && !(decision.IsDegraded && FailureMode == global::BudgetFirewall.FailureMode.Deny);
    }
}
