using System.Diagnostics.Metrics;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The firewall: checks what it is given and hands it on.</summary>
internal sealed class BudgetFirewall : IBudgetFirewall, IProviderTagSource, IDisposable
{
    private readonly IBudgetStore _store;
    private readonly FirewallMetrics _metrics;
    private readonly ProviderTags _providers;
    private readonly ObserverQueue _observers;
    private readonly FirewallParts _parts;
    private readonly Decider _decider;
    private readonly Charger _charger;
    private readonly ReservationSettler _settler;
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
        _parts = new(
            settings,
            new StoreGate(store, settings, timeProvider, _metrics),
            new ReservationIds(store),
            new LimitsSource(settings, _providers, _metrics, logger),
            new FirewallSignals(_metrics, _observers, openReservations, settings, logger, timeProvider),
            timeProvider,
            logger);
        var engine = new DecisionEngine(_parts, new LateGrants(_parts));
        _charger = new(_parts, engine);
        _settler = new(_parts);
        if (settings.Current.Outbox.IsEnabled)
        {
            _outbox = new(_parts, _charger, _settler);
            _metrics.Watch(_outbox.Status);
        }
        _decider = new(_parts, engine, _settler, _charger, _outbox);
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
        _decider.CheckAsync(request, cancellationToken).Then(Allowed);

    public ValueTask<BudgetDecision> TryCheckAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.CheckAsync(request, cancellationToken);

    public ValueTask<BudgetReservation> ReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.ReserveAsync(request, cancellationToken).Then(Granted);

    public ValueTask<BudgetReservation> TryReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.ReserveAsync(request, cancellationToken);

    public ValueTask<BudgetDecision> SpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.SpendAsync(request, cancellationToken).Then(Allowed);

    public ValueTask<BudgetDecision> TrySpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        _decider.SpendAsync(request, cancellationToken);

    public ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationTrace.RunAsync("charge", request.Provider, (Firewall: this, request, cancellationToken), static call => call.Firewall.ChargeNowAsync(call.request, call.cancellationToken));
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
            (Firewall: this, id, cancellationToken),
            static call => call.Firewall.ReleaseAsync(call.id, call.cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<DateTimeOffset> ExtendAsync(string reservationId, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var id = GivenId(reservationId);
        LeaseRange.Check(lease, nameof(lease));
        return await OperationTrace.RunAsync(
            "extend",
            provider: null,
            (Firewall: this, id, lease, cancellationToken),
            static call => call.Firewall.ExtendAsync(call.id, call.lease, call.cancellationToken)).ConfigureAwait(false);
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

    /// <summary>For containers that are disposed synchronously; waits for what <see cref="DisposeAsync"/> does.</summary>
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

    private ValueTask<ChargeReceipt> ChargeNowAsync(BudgetRequest request, CancellationToken cancellationToken) =>
        _outbox is null ? _charger.ChargeAsync(request, cancellationToken) : _charger.ChargeAsync(request, _outbox, cancellationToken);

    private async ValueTask ReleaseAsync(GivenReservationId id, CancellationToken cancellationToken)
    {
        if (id.Identity is not { } identity)
            return;
        ThrowIfWaiting(identity);
        var deadline = _settler.Begin(cancellationToken);
        if (await _settler.FindAsync("release", identity, deadline).ConfigureAwait(false) is not { } reservation)
            return;
        ThrowIfWaiting(identity);
        await _settler.ReleaseAsync(reservation, deadline).ConfigureAwait(false);
    }

    // A guessed id does not learn what waits.
    private void ThrowIfWaiting(ReservationIdentity identity)
    {
        if (_outbox is not null && _parts.Ids.IsGenuine(identity))
            _outbox.ThrowIfWaiting(new(identity.Partition, identity.OperationScope, identity.OperationId));
    }

    private async ValueTask<DateTimeOffset> ExtendAsync(GivenReservationId id, TimeSpan lease, CancellationToken cancellationToken)
    {
        var deadline = _settler.Begin(cancellationToken);
        var reservation = await FindAsync("extend", id, deadline).ConfigureAwait(false);
        return await _settler.ExtendAsync(reservation, lease, deadline).ConfigureAwait(false);
    }

    private ValueTask<ChargeReceipt> CommitAsync(GivenReservationId id, decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken) => OperationTrace.RunAsync(
        "commit",
        provider: null,
        (Firewall: this, id, cost, usage, cancellationToken),
        static call => call.Firewall.ConfirmCommitAsync(call.id, call.cost, call.usage, call.cancellationToken));

    private ValueTask<ChargeReceipt> ConfirmCommitAsync(GivenReservationId id, decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken)
    {
        // What is known to be no reservation's id is not kept; what cannot be told yet is, with its tag.
        if (_outbox is null || id.Identity is not { } identity || (_parts.Ids.CanTell(identity) && !_parts.Ids.IsGenuine(identity)))
            return CommitNowAsync(id, cost, usage, cancellationToken);
        var entry = new OutboxEntry
        {
            Kind = OutboxEntryKind.Commit,
            Partition = identity.Partition,
            OperationScope = identity.OperationScope,
            OperationId = identity.OperationId,
            UnverifiedTag = _parts.Ids.CanTell(identity) ? null : identity.Tag,
            Cost = cost,
            Usage = usage,
        };
        long? worth = cost is { } given ? Money.CeilingNanos(given, nameof(cost)) : null;
        return _outbox.ConfirmAsync(entry, () => CommitNowAsync(id, cost, usage, cancellationToken, entry), () => worth);
    }

    private async ValueTask<ChargeReceipt> CommitNowAsync(GivenReservationId id, decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken, OutboxEntry? entry = null)
    {
        var deadline = _settler.Begin(cancellationToken);
        var reservation = await FindAsync("commit", id, deadline).ConfigureAwait(false);
        if (entry is not null)
            entry.ExpiresAt = reservation.ExpiresAt;
        return await _settler.CommitAsync(reservation, cost, usage, deadline).ConfigureAwait(false);
    }

    private GivenReservationId GivenId(string reservationId) => new(reservationId, _parts.Settings.Current.PartitionBy);

    private async ValueTask<HeldReservation> FindAsync(string operation, GivenReservationId id, StoreDeadline deadline)
    {
        var found = id.Identity is { } identity ? await _settler.FindAsync(operation, identity, deadline).ConfigureAwait(false) : null;
        return found ?? throw id.NotFound();
    }
}
