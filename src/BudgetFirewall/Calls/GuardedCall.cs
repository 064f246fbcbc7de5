namespace BudgetFirewall;

/// <summary>
/// A call that is being made under a <see cref="CallGuard"/>. Its hold is kept until it is committed or released; the first of these counts and later ones do nothing.
/// Disposing it without a commit releases it. One that is neither committed, released nor disposed is charged with what it was expected to use, once the garbage collector
/// finds that it is no longer reachable, since the call may have been made. Thread-safe.
/// </summary>
public sealed class GuardedCall : IAsyncDisposable
{
    private readonly BudgetReservation _reservation;
    private readonly CallSettlement _settlement;
    private readonly LeaseRenewer? _renewer;
    private int _isEnded;

    internal GuardedCall(BudgetRequest request, BudgetReservation reservation, CallSettlement settlement, LeaseRenewer? renewer, BudgetDecision decision)
    {
        Request = request;
        Decision = decision;
        _reservation = reservation;
        _settlement = settlement;
        _renewer = renewer;
        _isEnded = reservation.IsGranted ? 0 : 1;
    }

    /// <summary>Charges the reserved amounts of a call that was neither committed, released nor disposed.</summary>
    ~GuardedCall()
    {
        if (TryEnd())
            ThreadPool.UnsafeQueueUserWorkItem(static call => _ = call.ChargeExpectedAsync(), this, preferLocal: false);
    }

    /// <summary>The request as it was reserved.</summary>
    public BudgetRequest Request { get; }

    /// <summary>The decision on the request; that of a call which <see cref="CallGuard.BeginUnheld"/> has begun may be a denial.</summary>
    public BudgetDecision Decision { get; }

    /// <summary>True when the call may be made: it is held, or was begun without a hold.</summary>
    public bool IsGranted => _reservation.IsGranted;

    /// <summary>The reservation's id.</summary>
    public string ReservationId => _reservation.Id;

    /// <summary>The time when the hold ends unless it is extended again, UTC by the store's clock; the default value when nothing is held.</summary>
    public DateTimeOffset ExpiresAt => _reservation.ExpiresAt;

    /// <summary>
    /// Marks the code that runs until disposal as part of this call. A guarded call of the same provider or model that begins in it is counted
    /// (<see cref="BudgetFirewallDiagnostics.NestedCalls"/>) and logged once, since one call would be charged twice. It flows with the code that is awaited.
    /// </summary>
    /// <returns>Ends the mark. Dispose it in the method that entered.</returns>
    public IDisposable Enter() => EnclosingCall.Enter(Request);

    /// <summary>
    /// Charges what the call used and ends the hold. Nothing can cancel it, and it does not lose a charge: a usage that cannot be priced charges the reserved amounts,
    /// a reservation that is gone is charged anew, and a store that does not confirm is asked again, by <see cref="CallGuardOptions.UnconfirmedCharges"/>. One round trip.
    /// </summary>
    /// <param name="usage">The usage of the call.</param>
    /// <param name="isEstimated">True when the usage, or part of it, is an estimate because the provider did not report it.</param>
    /// <param name="isCallerWaiting">False when an exception could not reach the caller, because the call failed or was abandoned; then none is thrown.</param>
    /// <returns>A receipt of what was recorded; null when the call had ended before, or when it could not be recorded yet.</returns>
    /// <exception cref="InvalidOperationException">The call was not granted.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="usage"/> is null.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm, and the options say <see cref="UnconfirmedCharges.Throw"/>.</exception>
    public ValueTask<ChargeReceipt?> CommitAsync(BudgetUsage usage, bool isEstimated = false, bool isCallerWaiting = true)
    {
        ArgumentNullException.ThrowIfNull(usage);
        return CommitAsync(new CallCharge(Usage: usage, IsEstimated: isEstimated), isCallerWaiting);
    }

    /// <summary>Charges the given cost, and units at the reserved amounts, and ends the hold, as the other commits do. One round trip.</summary>
    /// <param name="cost">The cost of the call, 0 to 9,000,000,000 currency units.</param>
    /// <param name="isEstimated">True when the cost, or part of it, is an estimate because the provider did not report it.</param>
    /// <param name="isCallerWaiting">False when an exception could not reach the caller, because the call failed or was abandoned; then none is thrown.</param>
    /// <returns>A receipt of what was recorded; null when the call had ended before, or when it could not be recorded yet.</returns>
    /// <exception cref="InvalidOperationException">The call was not granted.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cost is outside its range.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm, and the options say <see cref="UnconfirmedCharges.Throw"/>.</exception>
    public ValueTask<ChargeReceipt?> CommitAsync(decimal cost, bool isEstimated = false, bool isCallerWaiting = true)
    {
        Money.CheckRange(cost, nameof(cost));
        return CommitAsync(new CallCharge(Cost: cost, IsEstimated: isEstimated), isCallerWaiting);
    }

    /// <summary>Charges the reserved amounts when the usage of the call is not known, and ends the hold, as the other commits do. One round trip.</summary>
    /// <param name="isCallerWaiting">False when an exception could not reach the caller, because the call failed or was abandoned; then none is thrown.</param>
    /// <returns>A receipt of what was recorded; null when the call had ended before, or when it could not be recorded yet.</returns>
    /// <exception cref="InvalidOperationException">The call was not granted.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm, and the options say <see cref="UnconfirmedCharges.Throw"/>.</exception>
    public ValueTask<ChargeReceipt?> CommitReservedAsync(bool isCallerWaiting = true) => CommitAsync(CallCharge.Reserved, isCallerWaiting);

    /// <summary>Extends the hold to a given lease, which may be longer than the guard's own extensions. One round trip.</summary>
    /// <param name="lease">The time from now, 1 second to 24 hours.</param>
    /// <param name="cancellationToken">Stops the waiting; the extension may have happened.</param>
    /// <returns>The new end, UTC by the store's clock.</returns>
    /// <exception cref="InvalidOperationException">The call was not granted.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside its range.</exception>
    /// <exception cref="ReservationNotFoundException">The call has ended, or its hold.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    public ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken = default) => _reservation.ExtendAsync(lease, cancellationToken);

    /// <summary>
    /// Reports what the provider has said in its answer to this call to the adaptive rate limits that the call meets. Never throws: what cannot be reported now is counted and logged, and the next
    /// answer says the same. One round trip where the answer says something and an adaptive limit is met; mostly none.
    /// </summary>
    /// <param name="signal">What the provider has said; null when it has said nothing.</param>
    public ValueTask ReportAsync(ProviderSignal? signal) => signal is null ? default : _settlement.ReportAsync(signal);

    /// <summary>The same, of an answer: see <see cref="ProviderSignal.From"/>.</summary>
    /// <inheritdoc cref="ReportAsync(ProviderSignal)"/>
    /// <param name="response">The answer.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public ValueTask ReportAsync(HttpResponseMessage response) => ReportAsync(ProviderSignal.From(response, _settlement.TimeProvider));

    /// <summary>The same, of the exception in which the call ended: see <see cref="CallFailure.SignalOf"/>.</summary>
    /// <inheritdoc cref="ReportAsync(ProviderSignal)"/>
    /// <param name="failure">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="failure"/> is null.</exception>
    public ValueTask ReportAsync(Exception failure) => ReportAsync(CallFailure.SignalOf(failure, _settlement.TimeProvider));

    /// <summary>
    /// Gives the hold back and charges nothing, for example because nothing was sent. Never throws: a hold that cannot be released now ends with its lease. One
    /// round trip.
    /// </summary>
    public async ValueTask ReleaseAsync()
    {
        if (!TryEnd())
            return;
        await LetGoAsync().ConfigureAwait(false);
        await _settlement.ReleaseAsync().ConfigureAwait(false);
    }

    /// <summary>Releases the hold unless the call has ended. Never throws.</summary>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ReleaseAsync();
    }

    private async ValueTask<ChargeReceipt?> CommitAsync(CallCharge charge, bool isCallerWaiting)
    {
        if (!IsGranted)
            throw new InvalidOperationException($"A call that was not granted cannot be committed: {Decision}");
        if (!TryEnd())
            return null;
        await LetGoAsync().ConfigureAwait(false);
        return await _settlement.CommitAsync(charge, isCallerWaiting).ConfigureAwait(false);
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isEnded, 1) == 0;

    private ValueTask LetGoAsync() => _renewer?.EndAsync() ?? ValueTask.CompletedTask;

    private async Task ChargeExpectedAsync()
    {
        await LetGoAsync().ConfigureAwait(false);
        var expected = Request.Usage is { } usage ? new CallCharge(Usage: usage, IsEstimated: true) : CallCharge.Reserved;
        await _settlement.CommitAsync(expected, isCallerWaiting: false).ConfigureAwait(false);
    }
}
