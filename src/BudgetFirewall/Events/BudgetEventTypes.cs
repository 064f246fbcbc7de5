using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>
/// The types of events. They are stable: the number at the end is that of the body, and a body whose members change their meaning has a type with the next one. New members of a body may be added at any time.
/// The page <c>docs/events.md</c> lists the members of each.
/// </summary>
public static class BudgetEventTypes
{
    /// <summary>What a budget has spent has reached one of its warning fractions: 80 %, say.</summary>
    public const string ThresholdCrossed = "budgetfirewall.budget.threshold_crossed.v1";

    /// <summary>A charge was larger than what was left of a budget, and is recorded in full.</summary>
    public const string Overrun = "budgetfirewall.budget.overrun.v1";

    /// <summary>A budget was set or removed at run time.</summary>
    public const string BudgetChanged = "budgetfirewall.budget.changed.v1";

    /// <summary>The allowance of a budget was raised or lowered for one scope.</summary>
    public const string AllowanceChanged = "budgetfirewall.budget.allowance_changed.v1";

    /// <summary>Requests were denied. One event counts those of a minute that one limit has denied for one scope and one reason.</summary>
    public const string Denied = "budgetfirewall.request.denied.v1";

    /// <summary>Requests were denied because a throttled budget is above its limit and had no turn for them; counted as for <see cref="Denied"/>.</summary>
    public const string Throttled = "budgetfirewall.request.throttled.v1";

    /// <summary>A commit came at or after the end of its reservation's lease.</summary>
    public const string CommitLate = "budgetfirewall.commit.late.v1";

    /// <summary>Something was given back of a charge.</summary>
    public const string ChargeCorrected = "budgetfirewall.charge.corrected.v1";

    /// <summary>A shared cost was allocated, allocated again by other use, or taken back.</summary>
    public const string CostAllocated = "budgetfirewall.cost.allocated.v1";

    /// <summary>The outbox has given up a charge or commit; somebody must look whether it was charged.</summary>
    public const string ChargeUndeliverable = "budgetfirewall.charge.undeliverable.v1";

    /// <summary>An approval was asked for.</summary>
    public const string ApprovalRequested = "budgetfirewall.approval.requested.v1";

    /// <summary>An approval was given.</summary>
    public const string ApprovalGiven = "budgetfirewall.approval.approved.v1";

    /// <summary>An approval was refused.</summary>
    public const string ApprovalRefused = "budgetfirewall.approval.denied.v1";

    /// <summary>The time of an approval was over before anybody had answered.</summary>
    public const string ApprovalExpired = "budgetfirewall.approval.expired.v1";

    /// <summary>An approval is no longer asked for.</summary>
    public const string ApprovalCancelled = "budgetfirewall.approval.cancelled.v1";

    /// <summary>A rate limit was set or removed at run time.</summary>
    public const string RateLimitChanged = "budgetfirewall.rate_limit.changed.v1";

    /// <summary>An adaptive rate limit was lowered, or pauses, because of what a provider has said. It rises again with time, which is no event.</summary>
    public const string RateLimitLowered = "budgetfirewall.rate_limit.lowered.v1";

    /// <summary>A pool was allocated, updated or deleted.</summary>
    public const string QuotaChanged = "budgetfirewall.quota.changed.v1";

    /// <summary>A pool was divided among its members, at first or anew.</summary>
    public const string QuotaDivided = "budgetfirewall.quota.divided.v1";

    /// <summary>A pool was renewed for a new period.</summary>
    public const string QuotaRenewed = "budgetfirewall.quota.renewed.v1";

    /// <summary>A scope has spent far more in an hour than was expected of it.</summary>
    public const string Anomaly = "budgetfirewall.anomaly.v1";

    /// <summary>A budget is spent so fast that it will be used up long before its period ends.</summary>
    public const string BurnRate = "budgetfirewall.burn_rate.v1";

    /// <summary>The store could not answer this process, or not in time.</summary>
    public const string StoreAway = "budgetfirewall.store.away.v1";

    /// <summary>The store answers this process again.</summary>
    public const string StoreBack = "budgetfirewall.store.back.v1";

    /// <summary>The store has lost its data: what was spent and held there counts from zero.</summary>
    public const string DataLost = "budgetfirewall.store.data_lost.v1";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        ThresholdCrossed, Overrun, BudgetChanged, AllowanceChanged, Denied, Throttled, CommitLate, ChargeCorrected, CostAllocated, ChargeUndeliverable, ApprovalRequested, ApprovalGiven, ApprovalRefused, ApprovalExpired,
        ApprovalCancelled, RateLimitChanged, RateLimitLowered, QuotaChanged, QuotaDivided, QuotaRenewed, Anomaly, BurnRate, StoreAway, StoreBack, DataLost,
    ];

    /// <summary>The severity of an event of a type.</summary>
    internal static BudgetEventSeverity SeverityOf(string type) => type switch
    {
        DataLost or ChargeUndeliverable or StoreAway => BudgetEventSeverity.Error,
        ThresholdCrossed or Overrun or Denied or Throttled or CommitLate or ApprovalRequested or RateLimitLowered or Anomaly or BurnRate => BudgetEventSeverity.Warning,
        _ => BudgetEventSeverity.Information,
    };
}
