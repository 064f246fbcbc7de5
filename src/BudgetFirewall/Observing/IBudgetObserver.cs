namespace BudgetFirewall;

/// <summary>
/// Receives the events of a firewall. Any number can be registered. They are called one event at a time from a bounded queue in the background:
/// an observer that throws or is slow never breaks or delays a decision; what does not fit in the queue is dropped and counted.
/// </summary>
public interface IBudgetObserver
{
    /// <summary>A budget has reached one of its warning fractions.</summary>
    /// <param name="warning">The warning.</param>
    void OnWarning(BudgetWarning warning)
    {
    }

    /// <summary>A request was denied.</summary>
    /// <param name="decision">The decision.</param>
    void OnDenied(BudgetDecision decision)
    {
    }

    /// <summary>A request was allowed that shadow limits would have denied if they were enforced, not counting replays.</summary>
    /// <param name="decision">The decision; <see cref="BudgetDecision.WouldBeDeniedBy"/> is not empty.</param>
    void OnWouldDeny(BudgetDecision decision)
    {
    }

    /// <summary>A charge or commit was recorded, not counting replays.</summary>
    /// <param name="receipt">The receipt.</param>
    void OnCharged(ChargeReceipt receipt)
    {
    }

    /// <summary>A charge or commit has taken a hard, throttled or escalating budget past its limit.</summary>
    /// <param name="receipt">The receipt; its overruns are not empty.</param>
    void OnOverrun(ChargeReceipt receipt)
    {
    }

    /// <summary>Something was given back of a charge, not counting replays. Only the process that has done it is told.</summary>
    /// <param name="receipt">The receipt.</param>
    void OnCorrected(CorrectionReceipt receipt)
    {
    }

    /// <summary>A charge or commit of the outbox was given up; a person must check whether it was charged.</summary>
    /// <param name="charge">The charge or commit, and the reason why it was given up.</param>
    void OnUndeliverable(UndeliverableCharge charge)
    {
    }

    /// <summary>An adaptive rate limit was lowered, or pauses, because of what a provider has said. Only the process whose report has changed it is told.</summary>
    /// <param name="adaptation">The rate limit, and its values before and after.</param>
    void OnRateLimitAdapted(RateLimitAdaptation adaptation)
    {
    }

    /// <summary>The allowance of a budget was raised or lowered for a scope, not counting replays. Only the process that has done it is told.</summary>
    /// <param name="change">The change.</param>
    void OnAllowanceChanged(AllowanceChange change)
    {
    }

    /// <summary>An approval was asked for. Only the process that has asked is told, once for each approval.</summary>
    /// <param name="approval">The approval, which is pending.</param>
    void OnApprovalRequested(Approval approval)
    {
    }

    /// <summary>An approval has ended: it was approved, denied or cancelled, or its time was found to be over. Only the process that has ended it is told.</summary>
    /// <param name="approval">The approval as it has ended.</param>
    void OnApprovalDecided(Approval approval)
    {
    }

    /// <summary>The store could not answer, or not in time.</summary>
    /// <param name="trouble">The operation that failed, and its exception.</param>
    void OnStoreTrouble(StoreTrouble trouble)
    {
    }
}
