using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Checks, reserves and spends, and reports each decision to metrics, log and observers.</summary>
internal sealed class Decider
{
    private readonly FirewallParts _parts;
    private readonly DecisionEngine _engine;
    private readonly ISettlements _settlements;

    public Decider(FirewallParts parts, DecisionEngine engine, ISettlements settlements)
    {
        (_parts, _engine, _settlements) = (parts, engine, settlements);
        (Reserved, Spent) = (Reserve, Spend);
    }

    /// <summary>The function that makes the reservation of a reserve's decision.</summary>
    public Func<BudgetRequest, BudgetDecision, BudgetReservation> Reserved { get; }

    /// <summary>The function that reports the charge of a spend's decision.</summary>
    public Func<BudgetRequest, BudgetDecision, BudgetDecision> Spent { get; }

    /// <summary>Decides, in a span of its own when there is a listener.</summary>
    public ValueTask<BudgetDecision> DecideAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken, bool isInSpan = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (OperationTrace.IsWanted && !isInSpan)
            return TraceAsync(kind, request, cancellationToken);
        try
        {
            var deadline = _parts.Store.Begin(cancellationToken);
            return _engine.DecideAsync(kind, request, _engine.Identify(kind, request), deadline).Then(
                (Decider: this, kind, request), static (call, result) => call.Decider.Decided(call.kind, call.request, result));
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return AtOnceOrAwaited.FailAsync<BudgetDecision>(e);
        }
    }

    private ValueTask<BudgetDecision> TraceAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken) => OperationTrace.RunAsync(
        DecisionKindName.Of(kind),
        request.Provider,
        (Decider: this, kind, request, cancellationToken),
        static call => call.Decider.DecideAsync(call.kind, call.request, call.cancellationToken, isInSpan: true),
        static decision => FirewallMetrics.OutcomeName(decision.Outcome));

    // In a method of its own: what is inlined into a caller's try block is not kept in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private BudgetDecision Decided(DecisionKind kind, BudgetRequest request, in DecisionResult result)
    {
        var decision = DecisionFactory.Create(result, _parts.Settings.Current);
        _parts.Signals.Decided(DecisionKindName.Of(kind), decision, request, result.Trouble);
        if (request.UserId is null && !result.Call.MeetsBudget && _parts.Limits.Of(result.Call.Partition).WouldMeetWithUser(request))
            _parts.Signals.DecidedWithoutUser(DecisionKindName.Of(kind));
        return decision;
    }

    private BudgetReservation Reserve(BudgetRequest request, BudgetDecision decision)
    {
        var call = decision.Call!;
        if (!decision.IsAllowed)
            return new(decision, _parts.Ids, expiresAt: default, actions: null);
        if (decision.IsDegraded)
            return new(decision, _parts.Ids, _parts.TimeProvider.GetUtcNow() + call.Lease, _settlements.ActionsOfDegraded(call, request));
        var held = decision.Answer!.Reservation!;
        if (!decision.IsReplay)
            _parts.Signals.ReservationBegan(held);
        return new(decision, _parts.Ids, held.ExpiresAt, _settlements.ActionsOf(held));
    }

    private BudgetDecision Spend(BudgetRequest request, BudgetDecision decision)
    {
        if (decision is { IsAllowed: true, IsReplay: false, IsDegraded: false })
            _parts.Signals.Charged(new(new ReceiptContent.OfCharge(decision.Call!, decision.Answer!)), request);
        return decision;
    }
}
