namespace BudgetFirewall;

/// <summary>
/// A hold on every budget of a request, ended by commit, by release, or by its lease running out.
/// Disposing it without a commit releases it. Thread-safe; can be constructed for fakes.
/// </summary>
public sealed class BudgetReservation : IAsyncDisposable
{
    private readonly IReservationActions? _actions;
    private readonly ReservationIds? _ids;
    private string? _id;
    private long _expiresAtTicks;
    private int _isCommitTried;
    private int _isReleased;

    /// <summary>A reservation for a decision, with the given behaviour. For fakes.</summary>
    /// <param name="decision">The decision; the reservation is granted when it allows.</param>
    /// <param name="id">The reservation's id; null takes the decision's operation id.</param>
    /// <param name="expiresAt">The end of the lease.</param>
    /// <param name="commit">The function that commits, given the cost or the usage, or neither for the reserved amounts. When null, a commit gives a receipt of
    /// the cost.</param>
    /// <param name="release">The function that releases; null when a release does nothing.</param>
    /// <param name="extend">The function that extends, given the lease. When null, an extension answers the present end.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    public BudgetReservation(
        BudgetDecision decision,
        string? id = null,
        DateTimeOffset expiresAt = default,
        Func<decimal?, BudgetUsage?, ValueTask<ChargeReceipt>>? commit = null,
        Func<ValueTask>? release = null,
        Func<TimeSpan, ValueTask<DateTimeOffset>>? extend = null)
    {
        ArgumentNullException.ThrowIfNull(decision);
        Decision = decision;
        _id = id ?? decision.OperationId;
        _expiresAtTicks = expiresAt.UtcTicks;
        _actions = decision.IsAllowed ? new FakeReservationActions(decision, id, expiresAt, commit, release, extend) : null;
    }

    /// <summary>A reservation whose id is made when it is read.</summary>
    internal BudgetReservation(BudgetDecision decision, ReservationIds ids, DateTimeOffset expiresAt, IReservationActions? actions)
    {
        Decision = decision;
        _ids = ids;
        _expiresAtTicks = expiresAt.UtcTicks;
        _actions = actions;
    }

    /// <summary>
    /// The reservation's id, with which any process can commit, release or extend it. It carries the operation's id, its scope and its partition, which
    /// <see cref="ReservationIdentity.TryParse"/> reads, and a tag that cannot be guessed from them. At most 799 characters.
    /// </summary>
    /// <remarks>
    /// The id of a degraded reservation has no tag until this process has reached the store: it cannot settle anything, but this object can.
    /// Read after that, the id has its tag.
    /// </remarks>
    public string Id => _id ?? MakeId();

    /// <summary>True when the budget is held.</summary>
    public bool IsGranted => Decision.IsAllowed;

    /// <summary>The decision.</summary>
    public BudgetDecision Decision { get; }

    /// <summary>The operation's id.</summary>
    public string OperationId => Decision.OperationId;

    /// <summary>The cost that is held, in currency units.</summary>
    public decimal Cost => Decision.Cost;

    /// <summary>
    /// The end of the lease, UTC by the store's clock; the default value when not granted. A commit from then on is still recorded in full, and flagged late.
    /// </summary>
    public DateTimeOffset ExpiresAt => new(Interlocked.Read(ref _expiresAtTicks), TimeSpan.Zero);

    /// <summary>Charges the reserved amounts and ends the hold. One round trip.</summary>
    /// <inheritdoc cref="CommitAsync(decimal, CancellationToken)"/>
    public ValueTask<ChargeReceipt> CommitAsync(CancellationToken cancellationToken = default) =>
        CommitAsync(BeginCommit(), cost: null, usage: null, cancellationToken);

    /// <summary>Charges a cost, and units at the reserved amounts, and ends the hold. One round trip.</summary>
    /// <param name="cost">The cost of the call, 0 to <see cref="BudgetFirewallOptions.MaxCost"/> currency units, more or less than was held; finer than
    /// 0.000000001 is rounded up.</param>
    /// <param name="cancellationToken">Stops the waiting; the commit may have been recorded.</param>
    /// <returns>A receipt of what was recorded; a repetition with the same amount is a replay.</returns>
    /// <remarks>Once a commit has been tried, with whatever result, disposing the reservation no longer releases it.</remarks>
    /// <exception cref="InvalidOperationException">The reservation was not granted.</exception>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    /// <exception cref="ReservationNotFoundException">
    /// No record of the reservation is left, and this object has not committed it: its lease ended longer ago than operation ids are remembered,
    /// or it was settled by its id and forgotten.
    /// </exception>
    /// <exception cref="OperationConflictException">It was committed with another amount, or released.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    public ValueTask<ChargeReceipt> CommitAsync(decimal cost, CancellationToken cancellationToken = default) =>
        CommitAsync(BeginCommit(), cost, usage: null, cancellationToken);

    /// <summary>Prices a usage, charges it and ends the hold. One round trip.</summary>
    /// <param name="usage">The usage of the call.</param>
    /// <param name="cancellationToken">Stops the waiting; the commit may have been recorded.</param>
    /// <exception cref="UnknownPriceException">Nothing prices the usage, nor did the request give a cost, and a hard, throttled or escalating money budget is held. Nothing was changed: commit the cost instead.</exception>
    /// <inheritdoc cref="CommitAsync(decimal, CancellationToken)"/>
    public ValueTask<ChargeReceipt> CommitAsync(BudgetUsage usage, CancellationToken cancellationToken = default)
    {
        var actions = BeginCommit();
        ArgumentNullException.ThrowIfNull(usage);
        return CommitAsync(actions, cost: null, usage.Checked(), cancellationToken);
    }

    /// <summary>Gives the hold back and charges nothing. After the lease, or when nothing was granted, there is nothing to give back. One round trip.</summary>
    /// <param name="cancellationToken">Stops the waiting; the release may have happened.</param>
    /// <exception cref="OperationConflictException">It was committed.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken = default)
    {
        if (_actions is null)
            return;
        await OperationTrace.RunAsync("release", Provider, (_actions, cancellationToken), static call => call._actions.ReleaseAsync(call.cancellationToken)).ConfigureAwait(false);
        Volatile.Write(ref _isReleased, 1);
    }

    /// <summary>Extends the lease to the old end, or to now plus the given time where that is later. One round trip.</summary>
    /// <param name="lease">The time from now, 1 second to 24 hours.</param>
    /// <param name="cancellationToken">Stops the waiting; the extension may have happened.</param>
    /// <returns>The new end, UTC by the store's clock.</returns>
    /// <exception cref="InvalidOperationException">The reservation was not granted.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside its range.</exception>
    /// <exception cref="ReservationNotFoundException">The reservation is settled, or at or after its end.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    public async ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var actions = Granted("extended");
        LeaseRange.Check(lease, nameof(lease));
        var expiresAt = await OperationTrace.RunAsync(
            "extend", Provider, (actions, lease, cancellationToken), static call => call.actions.ExtendAsync(call.lease, call.cancellationToken)).ConfigureAwait(false);
        Interlocked.Exchange(ref _expiresAtTicks, expiresAt.UtcTicks);
        return expiresAt;
    }

    /// <summary>Releases the hold unless a commit has been tried or it was released. Never throws: what cannot be released now ends with its lease.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_actions is null || Volatile.Read(ref _isCommitTried) != 0 || Interlocked.Exchange(ref _isReleased, 1) != 0)
            return;
        await OperationTrace.RunAsync("release", Provider, _actions, static actions => actions.ReleaseOnDisposeAsync()).ConfigureAwait(false);
    }

    private string MakeId()
    {
        var call = Decision.Call!;
        var id = _ids!.Of(call);
        if (!Decision.IsDegraded)
            _id = id;
        return id;
    }

    private string? Provider => Decision.Call?.Request?.Provider;

    private ValueTask<ChargeReceipt> CommitAsync(IReservationActions actions, decimal? cost, BudgetUsage? usage, CancellationToken cancellationToken) => !OperationTrace.IsWanted
        ? actions.CommitAsync(cost, usage, cancellationToken)
        : OperationTrace.RunAsync("commit", Provider, (actions, cost, usage, cancellationToken), static call => call.actions.CommitAsync(call.cost, call.usage, call.cancellationToken));

    private IReservationActions BeginCommit()
    {
        var actions = Granted("committed");
        Volatile.Write(ref _isCommitTried, 1);
        return actions;
    }

    private IReservationActions Granted(string what) =>
        _actions ?? throw new InvalidOperationException($"A reservation that was not granted cannot be {what}: {Decision}");
}
