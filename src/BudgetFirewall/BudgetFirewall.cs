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
    private readonly FirewallParts _parts;
    private readonly Decider _decider;
    private readonly ISettlements _settlements;
    private readonly StatusReader _status;
    private readonly Outbox? _outbox;
    private int _isDisposed;

    public BudgetFirewall(
        SettingsSource settings,
        IBudgetStore store,
        TimeProvider timeProvider,
        Func<IReadOnlyList<IBudgetObserver>>? observers,
        IMeterFactory? meterFactory,
        ILoggerFactory loggerFactory,
        string? name)
    {
        var logger = EscapingLoggerFactory.Of(loggerFactory).CreateLogger(name is null ? "BudgetFirewall" : $"BudgetFirewall.{name}");
        var openReservations = new OpenReservations(timeProvider);
        _store = store;
        _providers = new(settings);
        _metrics = new(meterFactory, openReservations, _providers);
        _observers = new(observers, _metrics.Dropped, logger);
        var gate = new StoreGate(store, settings, timeProvider, _metrics);
        var limits = new LimitsSource(settings, _providers, _metrics, logger);
        _parts = new(
            settings,
            gate,
            new ReservationIds(store),
            limits,
            new CatalogReader(gate, limits),
            new FirewallSignals(_metrics, _observers, openReservations, settings, logger, timeProvider),
            timeProvider,
            logger);
        var engine = new DecisionEngine(_parts, new LateGrants(_parts));
        var charger = new Charger(_parts, engine);
        var settler = new ReservationSettler(_parts);
        _settlements = new Settlements(_parts, charger, settler);
        if (settings.Current.Outbox.IsEnabled)
        {
            _outbox = new(_parts, charger, settler);
            _metrics.Watch(_outbox.Status);
            _settlements = new OutboxSettlements(_settlements, _outbox, _parts);
        }
        _decider = new(_parts, engine, _settlements);
        _status = new(_parts);
        Budgets = new BudgetCatalog(_parts);
    }

    public IBudgetCatalog Budgets { get; }

    public string ProviderTagOf(string provider) => _providers.Of(provider);

    public OutboxStatus Outbox => _outbox?.Status() ?? OutboxStatus.Off;

    public CostBreakdown Estimate(BudgetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _parts.Settings.Current.Prices.Estimate(request, _parts.TimeProvider);
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

    public ValueTask<BudgetReservation> ReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Reserve, request, cancellationToken).Then(request, _decider.Reserved).ThenOrFail(Granted);

    public ValueTask<BudgetReservation> TryReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Reserve, request, cancellationToken).Then(request, _decider.Reserved);

    public ValueTask<BudgetDecision> SpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Spend, request, cancellationToken).Then(request, _decider.Spent).ThenOrFail(Allowed);

    public ValueTask<BudgetDecision> TrySpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.DecideAsync(DecisionKind.Spend, request, cancellationToken).Then(request, _decider.Spent);

    public ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationTrace.RunAsync("charge", request.Provider, (_settlements, request, cancellationToken), static call => call._settlements.ChargeAsync(call.request, call.cancellationToken));
    }

    public async ValueTask<ChargeReceipt> CommitAsync(string reservationId, decimal cost, CancellationToken cancellationToken = default)
    {
        var id = GivenId(reservationId);
        _ = _parts.Settings.Current.Prices.CheckedNanos(cost, nameof(cost));
        return await CommitAsync(id, cost, usage: null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ChargeReceipt> CommitAsync(string reservationId, BudgetUsage usage, CancellationToken cancellationToken = default)
    {
        var id = GivenId(reservationId);
        ArgumentNullException.ThrowIfNull(usage);
        RequestCaps.Check(usage.Checked(), _parts.Settings.Current);
        return await CommitAsync(id, cost: null, usage, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ReleaseAsync(string reservationId, CancellationToken cancellationToken = default)
    {
        var id = GivenId(reservationId);
        await OperationTrace.RunAsync(
            "release",
            provider: null,
            (_settlements, id, cancellationToken),
            static call => call._settlements.ReleaseAsync(call.id, found: null, call.cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<DateTimeOffset> ExtendAsync(string reservationId, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var id = GivenId(reservationId);
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
        return _status.ReadAsync(scope, Partitions.Check(partition, _parts.Settings.Current.PartitionBy), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        try
        {
            if (_outbox is not null)
                await _outbox.DisposeAsync().ConfigureAwait(false);
            await _observers.DisposeAsync().ConfigureAwait(false);
            await _store.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _parts.Settings.Dispose();
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

    private static BudgetReservation Granted(BudgetReservation reservation)
    {
        reservation.Decision.ThrowIfDenied();
        return reservation;
    }

    private ValueTask<ChargeReceipt> CommitAsync(GivenReservationId id, decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken) => OperationTrace.RunAsync(
        "commit",
        provider: null,
        (_settlements, id, cost, usage, cancellationToken),
        static call => call._settlements.CommitAsync(call.id, call.cost, call.usage, found: null, call.cancellationToken));

    private GivenReservationId GivenId(string reservationId) => new(reservationId, _parts.Settings.Current.PartitionBy);
}
