namespace BudgetFirewall.Testing;

/// <summary>
/// A firewall for tests: it allows everything unless a decision is scripted, and records its calls. It counts no budgets. Thread-safe.
/// </summary>
/// <remarks>
/// Reservations behave as real ones: a repeated commit is a replay, another amount or a commit after a release is a conflict, disposing without a commit releases.
/// A repeated charge with the same operation id is a replay too.
/// </remarks>
public sealed class FakeBudgetFirewall : IBudgetFirewall
{
    private static readonly TimeSpan UsualLease = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly FakeStatuses _statuses = new();
    private readonly TimeProvider _timeProvider;
    private readonly FakeLedger _ledger;

    /// <summary>A firewall that allows everything.</summary>
    /// <param name="timeProvider">The clock of the leases; null: the system's.</param>
    public FakeBudgetFirewall(TimeProvider? timeProvider = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        _ledger = new(_timeProvider);
        (Budgets, Approvals, Quotas) = (new FakeBudgetCatalog(_timeProvider), new(_timeProvider), new FakeQuotas(_timeProvider));
    }

    /// <summary>Every call so far, in order, failed ones included.</summary>
    public IReadOnlyList<FirewallCall> Calls => Locked(() => _ledger.Calls.ToArray());

    /// <summary>The total that spends, charges and commits have charged, less what was given back, in currency units; replays do not count.</summary>
    public decimal Charged => Locked(() => _ledger.Charged);

    /// <summary>The ids of the reservations that are neither committed nor released.</summary>
    public IReadOnlyList<string> OpenReservations => Locked(() => _ledger.Open.Select(hold => hold.Id).ToArray());

    /// <summary>A catalog that keeps runtime budgets and their allowances, and decides nothing by them.</summary>
    public IBudgetCatalog Budgets { get; }

    /// <summary>A catalog that keeps runtime rate limits and decides nothing by them.</summary>
    public IRateLimitCatalog RateLimits { get; } = new FakeRateLimitCatalog();

    /// <summary>The approvals that a test has asked for.</summary>
    public FakeApprovals Approvals { get; }

    IApprovals IBudgetFirewall.Approvals => Approvals;

    /// <summary>Pools that are divided as they would be; their members' budgets decide nothing.</summary>
    public IQuotas Quotas { get; }

    /// <summary>Prices requests, those of commits with their actual usage, in currency units. Without it a request costs its <see cref="BudgetRequest.Cost"/>, or nothing.</summary>
    /// <param name="price">The price of a request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="price"/> is null.</exception>
    public void UsePrice(Func<BudgetRequest, decimal> price)
    {
        ArgumentNullException.ThrowIfNull(price);
        Locked(() => _ledger.Price = price);
    }

    /// <summary>Answers the next check, reservation or spend with a decision; several wait in line. An empty operation id and a cost of 0 are filled in.</summary>
    /// <param name="decision">The decision.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public void DecideNext(BudgetDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        Locked(() => _ledger.Script.Next(decision));
    }

    /// <summary>Denies the next check, reservation or spend.</summary>
    /// <param name="outcome">The reason of the denial.</param>
    /// <param name="retryAfter">The time after which a retry may succeed; null: waiting does not help.</param>
    public void DenyNext(DecisionOutcome outcome = DecisionOutcome.BudgetExceeded, TimeSpan? retryAfter = null) =>
        DecideNext(new() { Outcome = outcome, RetryAfter = retryAfter });

    /// <summary>Decides each check, reservation and spend by a delegate, until <see cref="AllowAll"/>. Decisions that wait in line go first.</summary>
    /// <param name="decide">The decision on a request; null allows it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decide"/> is null.</exception>
    public void Decide(Func<BudgetRequest, BudgetDecision?> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        Locked(() => _ledger.Script.Always(decide));
    }

    /// <summary>Denies every check, reservation and spend until <see cref="AllowAll"/>.</summary>
    /// <param name="outcome">The reason of the denial.</param>
    /// <param name="retryAfter">The time after which a retry may succeed; null: waiting does not help.</param>
    public void DenyAll(DecisionOutcome outcome = DecisionOutcome.BudgetExceeded, TimeSpan? retryAfter = null) =>
        Decide(_ => new() { Outcome = outcome, RetryAfter = retryAfter });

    /// <summary>Allows everything again.</summary>
    public void AllowAll() => Locked(() => _ledger.Script.Always(null));

    /// <summary>Lets the next call of a kind throw; several wait in line.</summary>
    /// <param name="kind">The kind of call.</param>
    /// <param name="exception">The exception that it throws, for example a <see cref="ChargeUnconfirmedException"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public void FailNext(FirewallCallKind kind, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Locked(() => _ledger.Script.Fail(kind, exception));
    }

    /// <summary>Sets the status that is given for a scope. Without it, the status of a scope has no budgets.</summary>
    /// <param name="status">The status that is given for its scope.</param>
    /// <exception cref="ArgumentNullException"><paramref name="status"/> is null.</exception>
    public void SetStatus(BudgetStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        Locked(() => _statuses.Set(status));
    }

    /// <inheritdoc/>
    public CostBreakdown Estimate(BudgetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var price = Locked(() => _ledger.Price(request));
        return new([new("cost", Quantity: 1, UnitPrice: price, Amount: price)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CostBreakdown> EstimateMany(IEnumerable<BudgetRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return [.. requests.Select(Estimate)];
    }

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> CheckAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Allowed(Decided(FirewallCallKind.Check, request)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> TryCheckAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Decided(FirewallCallKind.Check, request), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> CheckRateLimitsAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Allowed(Decided(FirewallCallKind.CheckRateLimits, request)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> TryCheckRateLimitsAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Decided(FirewallCallKind.CheckRateLimits, request), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetReservation> ReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) => Answer(
        () =>
        {
            var reservation = Reserved(request);
            reservation.Decision.ThrowIfDenied();
            return reservation;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetReservation> TryReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Reserved(request), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> SpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Allowed(Decided(FirewallCallKind.Spend, request)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> TrySpendAsync(BudgetRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => Decided(FirewallCallKind.Spend, request), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken = default) => Answer(
        () =>
        {
            ArgumentNullException.ThrowIfNull(request);
            return _ledger.Charge(request);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ChargeReceipt> CommitAsync(string reservationId, decimal cost, CancellationToken cancellationToken = default) =>
        Answer(() => _ledger.Commit(reservationId, cost, usage: null), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ChargeReceipt> CommitAsync(string reservationId, BudgetUsage usage, CancellationToken cancellationToken = default) =>
        Answer(() => _ledger.Commit(reservationId, cost: null, usage), cancellationToken);

    /// <summary>Gives back what a spend, charge or commit of this firewall was, of which it keeps every one. The receipt has no counters.</summary>
    /// <inheritdoc/>
    public ValueTask<CorrectionReceipt> RefundAsync(ChargeCorrection correction, decimal? amount = null, CancellationToken cancellationToken = default) =>
        Answer(() => _ledger.Correct(correction, amount, cost: null), cancellationToken);

    /// <summary>Gives back what a spend, charge or commit of this firewall was more than its cost. The receipt has no counters.</summary>
    /// <inheritdoc/>
    public ValueTask<CorrectionReceipt> CorrectAsync(ChargeCorrection correction, decimal cost, CancellationToken cancellationToken = default) =>
        Answer(() => _ledger.Correct(correction, amount: null, cost), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(string reservationId, CancellationToken cancellationToken = default) =>
        await Answer(() => Released(reservationId), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset> ExtendAsync(string reservationId, TimeSpan lease, CancellationToken cancellationToken = default) =>
        Answer(() => _ledger.Extend(reservationId, lease), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetStatus> GetStatusAsync(BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default) => Answer(
        () =>
        {
            _ledger.Look(FirewallCallKind.Status);
            return _statuses.Find(scope) ?? new() { Scope = scope, Partition = partition, AsOf = _timeProvider.GetUtcNow() };
        },
        cancellationToken);

    /// <summary>Gives the budgets and rate limits of all statuses that were set for scopes of the request; none without them.</summary>
    /// <inheritdoc/>
    public ValueTask<RequestStatus> GetStatusAsync(BudgetRequest request, CancellationToken cancellationToken = default) => Answer(
        () =>
        {
            ArgumentNullException.ThrowIfNull(request);
            _ledger.Look(FirewallCallKind.Status, request);
            return _statuses.StatusOf(request, _timeProvider.GetUtcNow());
        },
        cancellationToken);

    /// <summary>Explains that the request would be allowed at its price, whatever is scripted, with the states that <see cref="GetStatusAsync(BudgetRequest, CancellationToken)"/> gives.</summary>
    /// <inheritdoc/>
    public ValueTask<RequestExplanation> ExplainAsync(BudgetRequest request, CancellationToken cancellationToken = default) => Answer(
        () =>
        {
            ArgumentNullException.ThrowIfNull(request);
            _ledger.Look(FirewallCallKind.Explain, request);
            return _statuses.ExplanationOf(request, Estimate(request), _timeProvider.GetUtcNow());
        },
        cancellationToken);

    /// <summary>Does nothing: the recorded calls can still be read.</summary>
    public ValueTask DisposeAsync() => default;

    private BudgetDecision Decided(FirewallCallKind kind, BudgetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _ledger.Decide(kind, request);
    }

    private BudgetReservation Reserved(BudgetRequest request)
    {
        var decision = Decided(FirewallCallKind.Reserve, request);
        if (!decision.IsAllowed)
            return new(decision);
        var hold = _ledger.Hold(request, decision, request.Lease ?? UsualLease);
        return new(
            decision,
            hold.Id,
            hold.ExpiresAt,
            (cost, usage) => Answer(() => _ledger.Commit(hold.Id, cost, usage), CancellationToken.None),
            async () => await Answer(() => Released(hold.Id), CancellationToken.None).ConfigureAwait(false),
            lease => Answer(() => _ledger.Extend(hold.Id, lease), CancellationToken.None));
    }

    private bool Released(string reservationId)
    {
        _ledger.Release(reservationId);
        return true;
    }

    private static BudgetDecision Allowed(BudgetDecision decision)
    {
        decision.ThrowIfDenied();
        return decision;
    }

    private ValueTask<T> Answer<T>(Func<T> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        try
        {
            return new(Locked(call));
        }
#pragma warning disable CA1031 // Whatever a call throws, its caller gets it by awaiting, as from the real firewall.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ValueTask.FromException<T>(e);
        }
    }

    private void Locked(Action call)
    {
        lock (_lock)
            call();
    }

    private T Locked<T>(Func<T> call)
    {
        lock (_lock)
            return call();
    }
}
