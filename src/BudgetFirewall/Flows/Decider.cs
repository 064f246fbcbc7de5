using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Checks, reserves and spends, and tells whoever listens.</summary>
internal sealed class Decider
{
    private readonly FirewallParts _parts;
    private readonly DecisionEngine _engine;
    private readonly ISettlements _settlements;
    private readonly Func<BudgetRequest, BudgetDecision, BudgetReservation> _reserved;
    private readonly Func<BudgetRequest, BudgetDecision, BudgetDecision> _spent;

    public Decider(FirewallParts parts, DecisionEngine engine, ISettlements settlements)
    {
        (_parts, _engine, _settlements) = (parts, engine, settlements);
        (_reserved, _spent) = (Reserved, Spent);
    }

    public ValueTask<BudgetDecision> CheckAsync(BudgetRequest request, CancellationToken cancellationToken) =>
        DecideAsync(DecisionKind.Check, request, cancellationToken);

    public ValueTask<BudgetReservation> ReserveAsync(BudgetRequest request, CancellationToken cancellationToken) =>
        DecideAsync(DecisionKind.Reserve, request, cancellationToken).Then(request, _reserved);

    public ValueTask<BudgetDecision> SpendAsync(BudgetRequest request, CancellationToken cancellationToken) =>
        DecideAsync(DecisionKind.Spend, request, cancellationToken).Then(request, _spent);

    private ValueTask<BudgetDecision> DecideAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (OperationTrace.IsWanted)
            return TraceAsync(kind, request, cancellationToken);
        var deciding = ResultAsync(kind, request, cancellationToken);
        return deciding.IsCompletedSuccessfully ? new(Decided(kind, request, deciding.Result)) : WaitAsync(deciding, kind, request);
    }

    private async ValueTask<BudgetDecision> WaitAsync(ValueTask<DecisionResult> deciding, DecisionKind kind, BudgetRequest request) =>
        Decided(kind, request, await deciding.ConfigureAwait(false));

    private ValueTask<BudgetDecision> TraceAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken) => OperationTrace.RunAsync(
        DecisionKindName.Of(kind),
        request.Provider,
        (Decider: this, kind, request, cancellationToken),
        static call => call.Decider.WaitAsync(call.Decider.ResultAsync(call.kind, call.request, call.cancellationToken), call.kind, call.request),
        static decision => FirewallMetrics.OutcomeName(decision.Outcome));

    private ValueTask<DecisionResult> ResultAsync(DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return _engine.DecideAsync(kind, request, _parts.Store.Begin(cancellationToken));
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Answering.FailAsync<DecisionResult>(e);
        }
    }

    private BudgetDecision Decided(DecisionKind kind, BudgetRequest request, in DecisionResult result)
    {
        var decision = DecisionFactory.Create(result, _parts.Settings.Current);
        _parts.Signals.Decided(DecisionKindName.Of(kind), decision, request, result.Trouble);
        if (request.UserId is null && !result.Call.MeetsBudget && _parts.Limits.Of(result.Call.Partition).WouldMeetWithUser(request))
            _parts.Signals.DecidedWithoutUser(DecisionKindName.Of(kind));
        return decision;
    }

    private BudgetReservation Reserved(BudgetRequest request, BudgetDecision decision)
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

    private BudgetDecision Spent(BudgetRequest request, BudgetDecision decision)
    {
        if (decision is { IsAllowed: true, IsReplay: false, IsDegraded: false })
            _parts.Signals.Charged(new(new ReceiptContent.OfCharge(decision.Call!, decision.Answer!)), request);
        return decision;
    }
}
