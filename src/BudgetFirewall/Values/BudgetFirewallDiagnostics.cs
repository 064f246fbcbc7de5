namespace BudgetFirewall;

/// <summary>The names of the library's meter and activity source, and of their instruments and tags. They are stable.</summary>
public static class BudgetFirewallDiagnostics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "BudgetFirewall";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "BudgetFirewall";

    /// <summary>Counter of decisions; tags <see cref="OperationTag"/>, <see cref="OutcomeTag"/>, <see cref="ProviderTag"/>.</summary>
    public const string Decisions = "budgetfirewall.decisions";

    /// <summary>Counter of events, denials that were to be counted included, that did not fit into the queue of a channel.</summary>
    public const string EventsDropped = "budgetfirewall.events.dropped";

    /// <summary>Counter of decisions that allowed a request while the store could not answer; tag <see cref="OperationTag"/>.</summary>
    public const string DegradedDecisions = "budgetfirewall.decisions.degraded";

    /// <summary>
    /// Counter of decisions on requests that name no user and so meet no budget, although there are budgets of users that they would meet with one; tag <see cref="OperationTag"/>.
    /// </summary>
    public const string DecisionsWithoutUser = "budgetfirewall.decisions.without_user";

    /// <summary>
    /// Counter of shadow limits that would have refused a request, not counting replays; tags <see cref="LimitKindTag"/>, <see cref="ScopeKindTag"/>, <see cref="ProviderTag"/> and,
    /// for budgets on one scope that is no user, <see cref="BudgetTag"/>.
    /// </summary>
    public const string WouldRefuse = "budgetfirewall.limits.would_refuse";

    /// <summary>Counter of the amounts charged, in currency units; tags <see cref="ProviderTag"/>, <see cref="CurrencyTag"/>.</summary>
    public const string Charged = "budgetfirewall.charged";

    /// <summary>Counter of the amounts charged beyond the limits of hard, throttled and escalating budgets, in currency units; tags <see cref="ProviderTag"/>, <see cref="CurrencyTag"/>.</summary>
    public const string Overrun = "budgetfirewall.overrun";

    /// <summary>Counter of spends, charges and commits whose cost is unknown and that budgets have counted at its known part, as soft ones do; tag <see cref="ProviderTag"/>.</summary>
    public const string UnknownCosts = "budgetfirewall.charged.unknown";

    /// <summary>Counter of warnings that fired; tags <see cref="ScopeKindTag"/>, <see cref="ThresholdTag"/>.</summary>
    public const string Warnings = "budgetfirewall.warnings";

    /// <summary>Gauge of the spent part of budgets on one scope (never on each of a kind, and never on a user), as last seen; tag <see cref="BudgetTag"/>.</summary>
    public const string Utilization = "budgetfirewall.budget.utilization";

    /// <summary>Gauge of reservations that this process was granted and that are neither settled nor past their lease.</summary>
    public const string OpenReservations = "budgetfirewall.reservations.open";

    /// <summary>
    /// Histogram of the time that calls of this process have waited for their turn in a queue, in seconds; those that need not wait and those that stop waiting are left out. Tags
    /// <see cref="OperationTag"/>, <see cref="ProviderTag"/>.
    /// </summary>
    public const string QueueWaitTime = "budgetfirewall.queue.wait_time";

    /// <summary>Counter of calls that were cancelled while they waited for their turn in a queue; tags <see cref="OperationTag"/>, <see cref="ProviderTag"/>.</summary>
    public const string QueueAbandoned = "budgetfirewall.queue.abandoned";

    /// <summary>Histogram of the time the store takes to answer, in seconds; tag <see cref="OperationTag"/>.</summary>
    public const string StoreDuration = "budgetfirewall.store.duration";

    /// <summary>Counter of calls that the store could not answer; tag <see cref="OperationTag"/>.</summary>
    public const string StoreTroubles = "budgetfirewall.store.troubles";

    /// <summary>
    /// Gauge of the runtime budgets and rate limits that this process knows of and cannot read: they are not enforced, and requests of their scopes are denied as far as the
    /// scopes are known.
    /// </summary>
    public const string UnreadableLimits = "budgetfirewall.limits.unreadable";

    /// <summary>
    /// Counter of changes of adaptive rate limits by what providers have said, as this process has reported them; tags <see cref="CauseTag"/>, <see cref="ScopeKindTag"/>, <see cref="ProviderTag"/>.
    /// </summary>
    public const string AdaptedRateLimits = "budgetfirewall.rate_limits.adapted";

    /// <summary>
    /// Gauge of the part of the ceiling that adaptive rate limits on one scope (never on each of a kind, and never on a user) are at, 0 to 1, as this process has last lowered them or seen them in a decision; tag
    /// <see cref="RateLimitTag"/>.
    /// </summary>
    public const string RateLimitScale = "budgetfirewall.rate_limit.scale";

    /// <summary>Counter of the money that this process has given back of charges, not counting replays; tag <see cref="CurrencyTag"/>.</summary>
    public const string Corrections = "budgetfirewall.corrections";

    /// <summary>Counter of allowances that this process has given or taken back, not counting replays; tags <see cref="ChangeTag"/>, <see cref="ScopeKindTag"/>.</summary>
    public const string Allowances = "budgetfirewall.allowances";

    /// <summary>Counter of approvals, at each state that they come to by this process; tags <see cref="StateTag"/>, <see cref="ScopeKindTag"/>.</summary>
    public const string Approvals = "budgetfirewall.approvals";

    /// <summary>Counter of events that did not fit in the observers' queue.</summary>
    public const string DroppedEvents = "budgetfirewall.observers.dropped";

    /// <summary>Counter of guarded calls that were charged by an estimate because the provider reported no usage; tag <see cref="ProviderTag"/>.</summary>
    public const string EstimatedCharges = "budgetfirewall.calls.estimated";

    /// <summary>Counter of guarded calls whose charge the store did not confirm at once and that is repeated in the background; tag <see cref="ProviderTag"/>.</summary>
    public const string UnconfirmedCharges = "budgetfirewall.calls.unconfirmed";

    /// <summary>Counter of guarded calls that began inside another guarded call of the same provider or model, so that one call is charged twice; tag <see cref="ProviderTag"/>.</summary>
    public const string NestedCalls = "budgetfirewall.calls.nested";

    /// <summary>Gauge of charges and commits that wait in outboxes.</summary>
    public const string OutboxWaiting = "budgetfirewall.outbox.waiting";

    /// <summary>Gauge of the age of the oldest charge or commit that waits in an outbox, in seconds.</summary>
    public const string OutboxAge = "budgetfirewall.outbox.age";

    /// <summary>Counter of charges and commits that were put into the outbox.</summary>
    public const string OutboxQueued = "budgetfirewall.outbox.queued";

    /// <summary>Counter of charges and commits that were delivered from the outbox.</summary>
    public const string OutboxDelivered = "budgetfirewall.outbox.delivered";

    /// <summary>Counter of charges and commits of the outbox that were given up; tag <see cref="ReasonTag"/>.</summary>
    public const string OutboxUndeliverable = "budgetfirewall.outbox.undeliverable";

    /// <summary>Counter of charges and commits that the outbox could not take: full, or its file could not be written to.</summary>
    public const string OutboxRefused = "budgetfirewall.outbox.refused";

    /// <summary>
    /// The tag for the reason why a charge or commit of the outbox was given up: conflict, reservation_gone, outcome_unknown, refused, abandoned.
    /// </summary>
    public const string ReasonTag = "reason";

    /// <summary>The tag for the name of the operation: check, reserve, spend, charge, commit, release, extend, status, catalog, adapt, limit, allowance, approval, approvals.</summary>
    public const string OperationTag = "operation";

    /// <summary>The tag for a decision's outcome, a name of <see cref="DecisionOutcome"/> such as budget_exceeded.</summary>
    public const string OutcomeTag = "outcome";

    /// <summary>The tag of a span whose call threw: the exception's type, as OpenTelemetry names it.</summary>
    public const string ErrorTypeTag = "error.type";

    /// <summary>The tag for a request's provider. In metrics: one that prices, budgets, rate limits or <see cref="BudgetFirewallOptions.MetricProviders"/> name, or <see cref="OtherProvider"/>.</summary>
    public const string ProviderTag = "provider";

    /// <summary>The value of <see cref="ProviderTag"/> in metrics for every provider that is not configured.</summary>
    public const string OtherProvider = "other";

    /// <summary>The tag for the currency.</summary>
    public const string CurrencyTag = "currency";

    /// <summary>The tag for a scope's kind.</summary>
    public const string ScopeKindTag = "scope_kind";

    /// <summary>The tag for a kind of limit: budget, rate_limit.</summary>
    public const string LimitKindTag = "limit_kind";

    /// <summary>The tag for a warning's fraction of the limit.</summary>
    public const string ThresholdTag = "threshold";

    /// <summary>The tag for the change of an allowance: granted, revoked.</summary>
    public const string ChangeTag = "change";

    /// <summary>The tag for the reason why an adaptive rate limit has changed: overloaded, exhausted.</summary>
    public const string CauseTag = "cause";

    /// <summary>The tag for the state of an approval: pending, approved, denied, expired, cancelled.</summary>
    public const string StateTag = "state";

    /// <summary>The tag for a rate limit's id.</summary>
    public const string RateLimitTag = "rate_limit";

    /// <summary>The tag for a budget's id.</summary>
    public const string BudgetTag = "budget";
}
