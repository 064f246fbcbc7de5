using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Checks, reserves and spends, and reports each decision to metrics, log and observers.</summary>
internal sealed class Decider
{
    private readonly SettingsSource _settingsSource;
    private readonly StoreCaller _storeCaller;
    private readonly ReservationIds _ids;
    private readonly LimitsSource _limitsSource;
    private readonly EventReporter _events;
    private readonly TimeProvider _timeProvider;
    private readonly DecisionEngine _engine;
    private readonly Turns _turns;
    private readonly ApprovalWaits _approvals;
    private readonly ISettlements _settlements;
    private readonly Action<DecisionCall, DecisionAnswer> _decided;

    public Decider(
        SettingsSource settingsSource,
        StoreCaller storeCaller,
        ReservationIds ids,
        LimitsSource limitsSource,
        EventReporter events,
        TimeProvider timeProvider,
        DecisionEngine engine,
        Turns turns,
        ApprovalWaits approvals,
        ISettlements settlements,
        Action<DecisionCall, DecisionAnswer> decided)
    {
        (_settingsSource, _storeCaller, _ids, _limitsSource) = (settingsSource, storeCaller, ids, limitsSource);
        (_events, _timeProvider, _engine, _turns, _approvals, _settlements, _decided) = (events, timeProvider, engine, turns, approvals, settlements, decided);
        (Reserved, Granted) = (Reserve, ReserveGranted);
    }

    /// <summary>The function that makes the reservation of a reserve's decision.</summary>
    public Func<BudgetRequest, BudgetDecision, BudgetReservation> Reserved { get; }

    /// <summary>The function that makes the reservation of a reserve's decision, and throws what a denial is reported as.</summary>
    public Func<BudgetRequest, BudgetDecision, BudgetReservation> Granted { get; }

    /// <summary>Decides, in a span of its own when there is a listener.</summary>
    public ValueTask<BudgetDecision> DecideAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken, bool isInSpan = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (OperationTrace.IsWanted && !isInSpan)
            return TraceAsync(kind, request, cancellationToken);
        OperationIdentity operation = default;
        StoreDeadline deadline = default;
        try
        {
            deadline = _storeCaller.Begin(cancellationToken);
            operation = _engine.Identify(kind, request);
            var deciding = _engine.DecideAsync(kind, request, operation, deadline);
            if (!deciding.IsCompletedSuccessfully)
                return AwaitAsync(deciding, kind, request, operation, deadline);
            var result = deciding.Result;
            return result.IsDelayed || ApprovalAsker.IsFor(kind, result) ? AwaitAsync(new(result), kind, request, operation, deadline) : new(Decided(kind, request, result));
        }
        catch (OperationConflictException e) when (kind == DecisionKind.Spend)
        {
            return AwaitAsync(ValueTask.FromException<DecisionResult>(e), kind, request, operation, deadline);
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ValueTaskContinuation.FailAsync<BudgetDecision>(e);
        }
    }

    /// <summary>Waits for the answer, for the turn where the answer gives one, and for an approval where the request may.</summary>
    private async ValueTask<BudgetDecision> AwaitAsync(
        ValueTask<DecisionResult> deciding, DecisionKind kind, BudgetRequest request, OperationIdentity operation, StoreDeadline deadline)
    {
        var (result, hasWaited) = await InTurnAsync(deciding, kind, request, operation, deadline.CancellationToken).ConfigureAwait(false);
        if (ApprovalAsker.IsFor(kind, result))
            result = await ResolveAsync(kind, request, result, operation, hasWaited ? _storeCaller.Begin(deadline.CancellationToken) : deadline).ConfigureAwait(false);
        return Decided(kind, request, result);
    }

    // In a method of its own: the closure is made only for what awaits an approval.
    private ValueTask<DecisionResult> ResolveAsync(DecisionKind kind, BudgetRequest request, DecisionResult result, OperationIdentity operation, StoreDeadline deadline)
    {
        if (!operation.HasExplicitId)
            operation = operation with { GeneratedId = result.Call.Operation };
        return _approvals.ResolveAsync(
            kind,
            request,
            result,
            deadline,
            async anew => (await InTurnAsync(_engine.DecideAsync(kind, request, operation, anew), kind, request, operation, anew.CancellationToken).ConfigureAwait(false)).Result);
    }

    /// <summary>Waits for the answer, and for the turn where the answer gives one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(DecisionResult Result, bool HasWaited)> InTurnAsync(
        ValueTask<DecisionResult> deciding, DecisionKind kind, BudgetRequest request, OperationIdentity operation, CancellationToken cancellationToken)
    {
        DecisionResult result;
        try
        {
            result = await deciding.ConfigureAwait(false);
        }
        catch (OperationConflictException) when (kind == DecisionKind.Spend && operation.HasExplicitId)
        {
            // A spend that had to wait is recorded as a reservation. If this is another operation's, it is a conflict again.
            return (await _turns.SpendAsync(request, operation, cancellationToken).ConfigureAwait(false), true);
        }
        if (!result.IsDelayed)
            return (result, false);
        if (kind == DecisionKind.Spend)
            return (await _turns.SpendAsync(request, operation, cancellationToken).ConfigureAwait(false), true);
        await _turns.WaitAsync(kind, request, result, cancellationToken).ConfigureAwait(false);
        return (result, true);
    }

    private ValueTask<BudgetDecision> TraceAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken) => OperationTrace.RunAsync(
        DecisionKindName.Of(kind),
        request.Provider,
        (Decider: this, kind, request, cancellationToken),
        static call => call.Decider.DecideAsync(call.kind, call.request, call.cancellationToken, isInSpan: true),
        static decision => OutcomeTraits.Of(decision.Outcome).Name);

    // In a method of its own: what is inlined into a caller's try block is not kept in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private BudgetDecision Decided(DecisionKind kind, BudgetRequest request, in DecisionResult result)
    {
        var decision = DecisionFactory.Create(result, _settingsSource.Current);
        _events.Decided(DecisionKindName.Of(kind), decision, request, result.Failure);
        if (result.Answer is { } answer)
            _decided(result.Call, answer);
        if (request.UserId is null && kind != DecisionKind.CheckRateLimits && !result.Call.MeetsBudget && _limitsSource.Of(result.Call.Partition).WouldMeetWithUser(request))
            _events.DecidedWithoutUser(DecisionKindName.Of(kind));
        if (kind == DecisionKind.Spend && decision is { IsAllowed: true, IsReplay: false, IsDegraded: false })
            _events.Charged(new(new ReceiptValues.OfCharge(decision.Call!, decision.Answer!)), request);
        return decision;
    }

    private BudgetReservation Reserve(BudgetRequest request, BudgetDecision decision)
    {
        var call = decision.Call!;
        if (!decision.IsAllowed)
            return new(decision, _ids, expiresAt: default, actions: null);
        if (decision.IsDegraded)
            return new(decision, _ids, _timeProvider.GetUtcNow() + call.Lease, _settlements.ActionsOfDegraded(call, request));
        var held = decision.Answer!.Reservation!;
        if (!decision.IsReplay)
            _events.ReservationBegan(held);
        return new(decision, _ids, held.ExpiresAt, _settlements.ActionsOf(held));
    }

    private BudgetReservation ReserveGranted(BudgetRequest request, BudgetDecision decision)
    {
        decision.ThrowIfDenied();
        return Reserve(request, decision);
    }
}
