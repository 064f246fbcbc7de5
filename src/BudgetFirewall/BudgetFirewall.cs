using System.Diagnostics.Metrics;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The firewall: checks the arguments of each call and hands it on.</summary>
internal sealed class BudgetFirewall : IBudgetFirewall, IProviderTagSource, IDisposable
{
    private readonly IBudgetStore _store;
    private readonly FirewallMetrics _metrics;
    private readonly ProviderTags _providers;
    private readonly ObserverQueue _observers;
    private readonly FirewallEvents _events;
    private readonly SettingsSource _settings;
    private readonly TimeProvider _timeProvider;
    private readonly Decider _decider;
    private readonly ISettlements _settlements;
    private readonly StatusReader _status;
    private readonly ChargeCorrections _corrections;
    private readonly Outbox? _outbox;
    private readonly ApprovalWatcher _approvalWatcher;
    private readonly PoolClock _pools;
    private int _isDisposed;

    public BudgetFirewall(
        SettingsSource settings,
        IBudgetStore store,
        TimeProvider timeProvider,
        Func<IReadOnlyList<IBudgetObserver>>? observers,
        FirewallEvents firewallEvents,
        IMeterFactory? meterFactory,
        ILoggerFactory loggerFactory,
        string? name)
    {
        var logger = EscapingLoggerFactory.Of(loggerFactory).CreateLogger(name is null ? "BudgetFirewall" : $"BudgetFirewall.{name}");
        var openReservations = new OpenReservations(timeProvider);
        (_settings, _timeProvider) = (settings, timeProvider);
        _store = store;
        _providers = new(settings);
        _metrics = new(meterFactory, openReservations, _providers);
        _observers = new(observers, _metrics.Dropped, logger);
        _events = firewallEvents;
        if (_events.IsHeard)
            _metrics.Watch(_events);
        var storeCaller = new StoreCaller(store, settings, timeProvider, _metrics);
        var ids = new ReservationIds(store);
        var limits = new LimitsSource(settings, _providers, _metrics, logger);
        var catalog = new CatalogReader(storeCaller, limits);
        var events = new EventReporter(_metrics, _observers, openReservations, settings, logger, timeProvider, DelegatingBudgetStore.AllOf<IDecisionListener>(store), _events);
        var changes = new ChangeReporter(DelegatingBudgetStore.AllOf<ILimitChangeListener>(store), _events, timeProvider);
        var denials = new DenialCache(settings, timeProvider);
        var frozenLimits = new FrozenLimits();
        var timedLimits = new TimedLimits(timeProvider, frozenLimits);
        var limitFreezer = new LimitFreezer(storeCaller, frozenLimits, timedLimits);
        var engine = new DecisionEngine(settings, storeCaller, limits, catalog, timedLimits, limitFreezer, timeProvider, new LateGrantReleaser(settings, storeCaller, logger, denials), denials);
        var charger = new Charger(settings, storeCaller, events, timeProvider, engine);
        var settler = new ReservationSettler(settings, storeCaller, ids, events, timeProvider, logger, denials);
        _settlements = new Settlements(charger, settler);
        if (settings.Current.Outbox.IsEnabled)
        {
            _outbox = new(settings, ids, events, timeProvider, logger, new OutboxDelivery(storeCaller, events, charger, settler));
            _metrics.Watch(_outbox.Status);
            _settlements = new OutboxSettlements(_settlements, _outbox, settings, ids, timeProvider);
        }
        var turns = new Turns(settings, storeCaller, engine, events, timeProvider, logger);
        _approvalWatcher = new(storeCaller, events, timeProvider);
        var asker = new ApprovalAsker(settings, storeCaller, _approvalWatcher, events, changes, timeProvider);
        var approvalWaits = new ApprovalWaits(settings, storeCaller, asker, _approvalWatcher, timeProvider);
        _status = new(settings, storeCaller, limits, catalog, timedLimits, limitFreezer, events, timeProvider);
        _corrections = new(settings, DelegatingBudgetStore.AllOf<IChargeCorrector>(store) is [var outermost, ..] ? outermost : null, denials, events);
        var limitCatalog = new LimitCatalog(settings, storeCaller, limits, catalog, events, changes, denials);
        var adapter = new RateLimitAdapter(settings, storeCaller, limits, catalog, timedLimits, events);
        var poolStore = new PoolStore(storeCaller, timeProvider, changes);
        var poolBudgets = new PoolBudgetWriter(storeCaller, limits, catalog, poolStore);
        var poolWorker = new PoolWorker(poolStore, poolBudgets, new PoolAllowances(storeCaller, denials), settings, _events, timeProvider, logger);
        var poolHistory = new PoolHistory(settings, timeProvider, poolStore, DelegatingBudgetStore.AllOf<IChangeHistory>(store) is [var ledger, ..] ? ledger : null);
        Quotas = new QuotaService(settings, poolStore, poolBudgets, poolWorker, poolHistory, changes);
        _pools = new(poolWorker, Quotas, settings, timeProvider, logger);
        limits.Learnt = _pools.Learn;
        var poolRest = new PoolRest(poolStore, poolWorker);
        var granter = new AllowanceGranter(settings, storeCaller, catalog, timedLimits, limitFreezer, denials, events, poolRest);
        (Budgets, RateLimits) = (new BudgetCatalog(limitCatalog, granter), new RateLimitCatalog(limitCatalog, adapter));
        Approvals = new ApprovalDesk(settings, storeCaller, catalog, asker, denials, events, poolRest);
        _decider = new(settings, storeCaller, ids, limits, events, timeProvider, engine, turns, approvalWaits, _settlements, _pools.Decided);
    }

    public IBudgetCatalog Budgets { get; }

    public IRateLimitCatalog RateLimits { get; }

    public IApprovals Approvals { get; }

    public IQuotas Quotas { get; }

    public string? PartitionBy => _settings.Current.PartitionBy;

    public string ProviderTagOf(string provider) => _providers.Of(provider);

    public OutboxStatus Outbox => _outbox?.Status() ?? OutboxStatus.Off;

    public CostBreakdown Estimate(BudgetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _settings.Current.Prices.Estimate(request, _timeProvider);
    }

    public IReadOnlyList<CostBreakdown> EstimateMany(IEnumerable<BudgetRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return [.. requests.Select(Estimate)];
    }

    public ValueTask<BudgetDecision> CheckAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Check, request, cancellationToken).ThenOrFail(Allowed);

    public ValueTask<BudgetDecision> TryCheckAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Check, request, cancellationToken);

    public ValueTask<BudgetDecision> CheckRateLimitsAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.CheckRateLimits, request, cancellationToken).ThenOrFail(Allowed);

    public ValueTask<BudgetDecision> TryCheckRateLimitsAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.CheckRateLimits, request, cancellationToken);

    public ValueTask<BudgetReservation> ReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Reserve, request, cancellationToken).ThenOrFail(request, _decider.Granted);

    public ValueTask<BudgetReservation> TryReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Reserve, request, cancellationToken).Then(request, _decider.Reserved);

    public ValueTask<BudgetDecision> SpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Spend, request, cancellationToken).ThenOrFail(Allowed);

    public ValueTask<BudgetDecision> TrySpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Spend, request, cancellationToken);

    public ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationTrace.RunAsync("charge", request.Provider, (_settlements, request, cancellationToken), static call => call._settlements.ChargeAsync(call.request, call.cancellationToken));
    }

    public async ValueTask<ChargeReceipt> CommitAsync(string reservationId, decimal cost, CancellationToken cancellationToken = default)
    {
        var id = ArgumentOf(reservationId);
        _ = _settings.Current.Prices.CheckedNanos(cost, nameof(cost));
        return await CommitAsync(id, cost, usage: null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ChargeReceipt> CommitAsync(string reservationId, BudgetUsage usage, CancellationToken cancellationToken = default)
    {
        var id = ArgumentOf(reservationId);
        ArgumentNullException.ThrowIfNull(usage);
        RequestCaps.Check(usage.Checked(), _settings.Current);
        return await CommitAsync(id, cost: null, usage, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<CorrectionReceipt> RefundAsync(ChargeCorrection correction, decimal? amount = null, CancellationToken cancellationToken = default) =>
        _corrections.RefundAsync(correction, amount, cancellationToken);

    public ValueTask<CorrectionReceipt> CorrectAsync(ChargeCorrection correction, decimal cost, CancellationToken cancellationToken = default) =>
        _corrections.CorrectAsync(correction, cost, cancellationToken);

    public async ValueTask ReleaseAsync(string reservationId, CancellationToken cancellationToken = default)
    {
        var id = ArgumentOf(reservationId);
        await OperationTrace.RunAsync(
            "release",
            provider: null,
            (_settlements, id, cancellationToken),
            static call => call._settlements.ReleaseAsync(call.id, found: null, call.cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<DateTimeOffset> ExtendAsync(string reservationId, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var id = ArgumentOf(reservationId);
        LeaseRange.Check(lease, nameof(lease));
        return await OperationTrace.RunAsync(
            "extend",
            provider: null,
            (_settlements, id, lease, cancellationToken),
            static call => call._settlements.ExtendAsync(call.id, call.lease, call.cancellationToken)).ConfigureAwait(false);
    }

    public ValueTask<BudgetStatus> GetStatusAsync(BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default)
    {
        scope.CheckedConcrete(nameof(scope));
        return _status.ReadAsync(scope, Partitions.Check(partition, _settings.Current.PartitionBy), cancellationToken);
    }

    public ValueTask<RequestStatus> GetStatusAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _status.ReadAsync(request, cancellationToken);
    }

    public ValueTask<RequestExplanation> ExplainAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _status.ExplainAsync(request, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        try
        {
            _approvalWatcher.Dispose();
            await _pools.DisposeAsync().ConfigureAwait(false);
            if (_outbox is not null)
                await _outbox.DisposeAsync().ConfigureAwait(false);
            await _observers.DisposeAsync().ConfigureAwait(false);
            await _events.DisposeAsync().ConfigureAwait(false);
            await _store.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _settings.Dispose();
            _metrics.Dispose();
        }
    }

    /// <summary>Disposes synchronously, for containers that do so; waits until <see cref="DisposeAsync"/> has ended.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static BudgetDecision Allowed(BudgetDecision decision)
    {
        decision.ThrowIfDenied();
        return decision;
    }

    private ValueTask<ChargeReceipt> CommitAsync(ReservationIdArgument id, decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken) => OperationTrace.RunAsync(
        "commit",
        provider: null,
        (_settlements, id, cost, usage, cancellationToken),
        static call => call._settlements.CommitAsync(call.id, call.cost, call.usage, found: null, call.cancellationToken));

    private ReservationIdArgument ArgumentOf(string reservationId) => new(reservationId, _settings.Current.PartitionBy);
}
