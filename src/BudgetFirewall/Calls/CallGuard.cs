using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>
/// Guards calls of unknown duration: reserves before each, keeps the hold alive while it runs, and charges it once when it has ended.
/// The guards of endpoints, <c>HttpClient</c> and <c>IChatClient</c> are built on it; use it directly for an SDK without such a guard. Thread-safe.
/// </summary>
/// <example><code>
/// using var guard = new CallGuard(firewall);
/// await using var call = await guard.BeginAsync(request, cancellationToken);
/// var answer = await CallProviderAsync(cancellationToken);
/// await call.CommitAsync(answer.Usage);                     // disposing without a commit releases the hold
/// </code></example>
public sealed class CallGuard : IDisposable
{
    private readonly CallGuardServices _services;

    /// <summary>A guard.</summary>
    /// <param name="firewall">The firewall that decides and records; it is not disposed.</param>
    /// <param name="options">The options of holding and settling calls; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="firewall"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public CallGuard(IBudgetFirewall firewall, CallGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        options ??= new();
        var settings = options.Checked();
        var logger = EscapingLoggerFactory.Of(options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Calls");
        _services = new(firewall, settings, new(options.MeterFactory, firewall), logger);
    }

    /// <summary>Reserves for a call, or throws. One round trip.</summary>
    /// <param name="request">The request, without an operation id: every call made, and every attempt of a repeated one, is an operation of its own.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The call, which is granted; its hold is kept until it ends.</returns>
    /// <exception cref="BudgetDeniedException">The request is denied.</exception>
    /// <exception cref="ArgumentException">The request is not valid, has an operation id, or its price needs usage that it does not give.</exception>
    /// <exception cref="UnknownPriceException">A hard, throttled or escalating money budget counts the request and nothing prices it: give it a cost, or configure a price.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    public async ValueTask<GuardedCall> BeginAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        var call = await TryBeginAsync(request, cancellationToken).ConfigureAwait(false);
        call.Decision.ThrowIfDenied();
        return call;
    }

    /// <summary>
    /// Does the same as <see cref="BeginAsync"/>, but returns a denial instead of throwing; see <see cref="GuardedCall.IsGranted"/>. One round trip.
    /// </summary>
    /// <inheritdoc cref="BeginAsync"/>
    /// <returns>The call.</returns>
    public async ValueTask<GuardedCall> TryBeginAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckNoOperationId(request);
        if (EnclosingCall.IsCharging(request))
            _services.ReportNested(request.Provider);
        var leased = request.Lease is null ? request with { Lease = _services.Settings.Lease } : request;
        var reservation = await _services.Firewall.TryReserveAsync(leased, cancellationToken).ConfigureAwait(false);
        return new(leased, reservation, new CallSettlement(_services, leased, reservation), KeepAlive(reservation, leased), reservation.Decision);
    }

    /// <summary>
    /// Begins a call that nothing is held for, because it is made although its request was denied, or although the store could not decide. Ending it charges it as a held
    /// call is charged, whatever the limits say, under an operation id of its own. It takes no permits. No round trip.
    /// </summary>
    /// <param name="request">The request, without an operation id.</param>
    /// <param name="decision">The decision on the request, which <see cref="GuardedCall.Decision"/> gives.</param>
    /// <returns>The call; its <see cref="GuardedCall.ReservationId"/> is the operation id of its charge.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The request has an operation id.</exception>
    public GuardedCall BeginUnheld(BudgetRequest request, BudgetDecision decision)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decision);
        CheckNoOperationId(request);
        BudgetReservation? unheld = null;
        var granted = new BudgetDecision { Cost = decision.Cost, IsCostUnknown = decision.IsCostUnknown, OperationId = OperationId.MakeUp().ToString() };
        unheld = new(granted, commit: (cost, usage) => _services.Firewall.ChargeAsync(new CallCharge(usage, cost).ToRequest(request, unheld!, _services.Firewall), CancellationToken.None));
        return new(request, unheld, new CallSettlement(_services, request, unheld), renewer: null, decision);
    }

    /// <summary>Disposes the meter if the guard made it. Calls that are running are not affected.</summary>
    public void Dispose() => _services.Metrics.Dispose();

    private static void CheckNoOperationId(BudgetRequest request)
    {
        if (request.OperationId is not null)
            throw new ArgumentException("A guarded call must not have an OperationId: each call, and each attempt of a repeated one, is an operation of its own.", nameof(request));
    }

    private LeaseRenewer? KeepAlive(BudgetReservation reservation, BudgetRequest request) => reservation.IsGranted && _services.Settings.MaxHold > TimeSpan.Zero
        ? LeaseRenewer.Start(reservation, request.Lease!.Value, _services.Settings, _services.Logger)
        : null;
}
