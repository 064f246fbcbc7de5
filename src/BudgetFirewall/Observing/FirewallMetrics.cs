using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BudgetFirewall;

/// <summary>The instruments of a firewall. Tags are built only when an instrument is enabled; ids of users are never tags.</summary>
internal sealed class FirewallMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _isOwned;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _degraded;
    private readonly Counter<long> _withoutUser;
    private readonly Counter<long> _wouldRefuse;
    private readonly Counter<double> _charged;
    private readonly Counter<long> _unknownCosts;
    private readonly Counter<double> _overrun;
    private readonly Counter<long> _warnings;
    private readonly Gauge<double> _utilization;
    private readonly Counter<long> _adapted;
    private readonly Counter<long> _allowances;
    private readonly Counter<double> _corrections;
    private readonly Gauge<double> _scale;
    private readonly Histogram<double> _queueWaitTime;
    private readonly Counter<long> _queueAbandoned;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _approvals;
    private readonly Counter<long> _troubles;
    private readonly Counter<long> _dropped;
    private readonly Gauge<long> _unreadable;
    private readonly ProviderTags _providers;
    private readonly Counter<long> _outboxQueued;
    private readonly Counter<long> _outboxDelivered;
    private readonly Counter<long> _outboxUndeliverable;
    private readonly Counter<long> _outboxRefused;

    public FirewallMetrics(IMeterFactory? factory, OpenReservations openReservations, ProviderTags providers)
    {
        _providers = providers;
        _isOwned = factory is null;
        _meter = factory?.Create(BudgetFirewallDiagnostics.MeterName) ?? new Meter(BudgetFirewallDiagnostics.MeterName);
        _decisions = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.Decisions, "{decision}");
        _degraded = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.DegradedDecisions, "{decision}");
        _withoutUser = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.DecisionsWithoutUser, "{decision}");
        _wouldRefuse = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.WouldRefuse, "{limit}");
        _charged = _meter.CreateCounter<double>(BudgetFirewallDiagnostics.Charged, "{currency}");
        _unknownCosts = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.UnknownCosts, "{charge}");
        _overrun = _meter.CreateCounter<double>(BudgetFirewallDiagnostics.Overrun, "{currency}");
        _warnings = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.Warnings, "{warning}");
        _utilization = _meter.CreateGauge<double>(BudgetFirewallDiagnostics.Utilization, "1");
        _adapted = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.AdaptedRateLimits, "{change}");
        _allowances = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.Allowances, "{change}");
        _corrections = _meter.CreateCounter<double>(BudgetFirewallDiagnostics.Corrections, "{currency}");
        _scale = _meter.CreateGauge<double>(BudgetFirewallDiagnostics.RateLimitScale, "1");
        _queueWaitTime = _meter.CreateHistogram<double>(BudgetFirewallDiagnostics.QueueWaitTime, "s");
        _queueAbandoned = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.QueueAbandoned, "{call}");
        _duration = _meter.CreateHistogram<double>(BudgetFirewallDiagnostics.StoreDuration, "s");
        _approvals = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.Approvals, "{approval}");
        _troubles = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.StoreTroubles, "{call}");
        _dropped = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.DroppedEvents, "{event}");
        _unreadable = _meter.CreateGauge<long>(BudgetFirewallDiagnostics.UnreadableLimits, "{limit}");
        _outboxQueued = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.OutboxQueued, "{operation}");
        _outboxDelivered = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.OutboxDelivered, "{operation}");
        _outboxUndeliverable = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.OutboxUndeliverable, "{operation}");
        _outboxRefused = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.OutboxRefused, "{operation}");
        var open = _meter.CreateObservableGauge(BudgetFirewallDiagnostics.OpenReservations, openReservations.Count, "{reservation}");
        openReservations.IsObserved = () => open.Enabled;
    }

    public bool IsStoreTimed => _duration.Enabled;

    public void Decided(string operation, BudgetDecision decision, string provider)
    {
        if (_decisions.Enabled)
        {
            _decisions.Add(1,
                new(BudgetFirewallDiagnostics.OperationTag, operation),
                new(BudgetFirewallDiagnostics.OutcomeTag, OutcomeTraits.Of(decision.Outcome).Name),
                new(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)));
        }
        if (decision.IsDegraded)
            _degraded.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.OperationTag, operation));
        if (_utilization.Enabled)
            Utilized(decision.Budgets);
        if (_scale.Enabled)
            Scaled(decision.RateLimits);
    }

    public void RateLimitAdapted(RateLimitAdaptation adaptation, bool isForEach, string provider)
    {
        if (_adapted.Enabled)
        {
            _adapted.Add(1,
                new(BudgetFirewallDiagnostics.CauseTag, CauseName(adaptation.Cause)),
                new(BudgetFirewallDiagnostics.ScopeKindTag, DisplayText.Escape(adaptation.Scope.Kind)),
                new(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)));
        }
        if (_scale.Enabled && !isForEach && adaptation.Scope.Kind != ScopeKinds.User)
            Scaled(adaptation.RateLimitId, adaptation.After, adaptation.Ceiling);
    }

    public void ChargeCorrected(CorrectionReceipt receipt)
    {
        if (_corrections.Enabled)
            _corrections.Add((double)receipt.Amount, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.CurrencyTag, receipt.Currency));
    }

    public void AllowanceChanged(AllowanceChange change)
    {
        if (_allowances.Enabled)
        {
            _allowances.Add(1,
                new(BudgetFirewallDiagnostics.ChangeTag, change.Amount > 0 ? "granted" : "revoked"),
                new(BudgetFirewallDiagnostics.ScopeKindTag, DisplayText.Escape(change.Budget.Scope.Kind)));
        }
        if (_utilization.Enabled)
            Utilized([change.Budget]);
    }

    public void WouldRefuse(BudgetDecision decision, string provider)
    {
        if (!_wouldRefuse.Enabled)
            return;
        foreach (var verdict in decision.WouldBeDeniedBy)
        {
            var tags = new TagList
            {
                { BudgetFirewallDiagnostics.LimitKindTag, KindName(verdict.Kind) },
                { BudgetFirewallDiagnostics.ScopeKindTag, DisplayText.Escape(verdict.Scope.Kind) },
                { BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider) },
            };
            if (decision.Budgets.FirstOrDefault(budget => verdict.Kind == LimitKind.Budget && budget.BudgetId == verdict.Id) is { } state && IsNamed(state))
                tags.Add(BudgetFirewallDiagnostics.BudgetTag, DisplayText.Escape(state.BudgetId));
            _wouldRefuse.Add(1, tags);
        }
    }

    public void DecidedWithoutUser(string operation) => _withoutUser.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.OperationTag, operation));

    public void Waited(string operation, string provider, TimeSpan time)
    {
        if (_queueWaitTime.Enabled)
            _queueWaitTime.Record(time.TotalSeconds, new(BudgetFirewallDiagnostics.OperationTag, operation), new(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)));
    }

    public void Abandoned(string operation, string provider)
    {
        if (_queueAbandoned.Enabled)
            _queueAbandoned.Add(1, new(BudgetFirewallDiagnostics.OperationTag, operation), new(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)));
    }

    public void StoreTook(string operation, TimeSpan elapsed) =>
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.OperationTag, operation));

    public void Charged(ChargeReceipt receipt, string provider, string currency)
    {
        if (_charged.Enabled)
            _charged.Add((double)receipt.Cost, new(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)), new(BudgetFirewallDiagnostics.CurrencyTag, currency));
        if (receipt.CountsUnknownCost)
            _unknownCosts.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)));
        if (_overrun.Enabled && receipt.Overrun > 0)
            _overrun.Add((double)receipt.Overrun, new(BudgetFirewallDiagnostics.ProviderTag, _providers.Of(provider)), new(BudgetFirewallDiagnostics.CurrencyTag, currency));
        if (_utilization.Enabled)
            Utilized(receipt.Budgets);
    }

    public void Warned(BudgetWarning warning)
    {
        if (_warnings.Enabled)
            _warnings.Add(1, new(BudgetFirewallDiagnostics.ScopeKindTag, DisplayText.Escape(warning.Scope.Kind)), new(BudgetFirewallDiagnostics.ThresholdTag, warning.Threshold));
    }

    public void ApprovalChanged(Approval approval)
    {
        if (_approvals.Enabled)
            _approvals.Add(1, new(BudgetFirewallDiagnostics.StateTag, StateName(approval.State)), new(BudgetFirewallDiagnostics.ScopeKindTag, DisplayText.Escape(approval.Scope.Kind)));
    }

    public void StoreFailed(string operation) => _troubles.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.OperationTag, operation));

    public void Unreadable(int limits) => _unreadable.Record(limits);

    public void Dropped() => _dropped.Add(1);

    /// <summary>Adds the gauges of an outbox, which last as long as the meter.</summary>
    public void Watch(Func<OutboxStatus> outbox)
    {
        _meter.CreateObservableGauge(BudgetFirewallDiagnostics.OutboxWaiting, () => outbox().Count, "{operation}");
        _meter.CreateObservableGauge(BudgetFirewallDiagnostics.OutboxAge, () => outbox().OldestAge?.TotalSeconds ?? 0, "s");
    }

    /// <summary>Adds the counter of events that did not fit into a queue.</summary>
    public void Watch(FirewallEvents events) => _meter.CreateObservableCounter(BudgetFirewallDiagnostics.EventsDropped, () => events.Dropped, "{event}");

    public void OutboxQueued() => _outboxQueued.Add(1);

    public void OutboxDelivered() => _outboxDelivered.Add(1);

    public void OutboxRefused() => _outboxRefused.Add(1);

    public void OutboxUndeliverable(UndeliverableReason reason) =>
        _outboxUndeliverable.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.ReasonTag, ReasonName(reason)));

    // The meter of a factory belongs to the factory.
    public void Dispose()
    {
        if (_isOwned)
            _meter.Dispose();
    }

    private static string ReasonName(UndeliverableReason reason) => reason switch
    {
        UndeliverableReason.Conflict => "conflict",
        UndeliverableReason.ReservationGone => "reservation_gone",
        UndeliverableReason.OutcomeUnknown => "outcome_unknown",
        UndeliverableReason.Refused => "refused",
        UndeliverableReason.Abandoned => "abandoned",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
    };

    private static string StateName(ApprovalState state) => state switch
    {
        ApprovalState.Pending => "pending",
        ApprovalState.Approved => "approved",
        ApprovalState.Denied => "denied",
        ApprovalState.Expired => "expired",
        ApprovalState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state."),
    };

    private void Utilized(IReadOnlyList<BudgetState> budgets)
    {
        foreach (var state in budgets)
        {
            if (IsNamed(state))
                _utilization.Record((double)state.Utilization, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.BudgetTag, DisplayText.Escape(state.BudgetId)));
        }
    }

    private void Scaled(IReadOnlyList<RateLimitState> rateLimits)
    {
        foreach (var state in rateLimits)
        {
            if (state.Ceiling is { } ceiling && !state.IsForEach && state.Scope.Kind != ScopeKinds.User)
                Scaled(state.RateLimitId, state.RefillPerSecond ?? state.RatePerSecond ?? state.Limit, ceiling);
        }
    }

    private void Scaled(string rateLimitId, decimal value, decimal ceiling) =>
        _scale.Record((double)(value / ceiling), new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.RateLimitTag, DisplayText.Escape(rateLimitId)));

    private static string CauseName(AdaptationCause cause) => cause switch
    {
        AdaptationCause.Overloaded => "overloaded",
        AdaptationCause.Exhausted => "exhausted",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "There is no such cause."),
    };

    // The ids of budgets on each of a kind, or on users, could be without number or name somebody.
    private static bool IsNamed(BudgetState state) => !state.IsForEach && state.Scope.Kind != ScopeKinds.User;

    private static string KindName(LimitKind kind) => kind switch
    {
        LimitKind.Budget => "budget",
        LimitKind.RateLimit => "rate_limit",
        _ => throw new InvalidOperationException($"There is no kind of limit {kind}."),
    };
}
