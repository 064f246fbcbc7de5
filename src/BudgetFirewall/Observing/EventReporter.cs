using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Reports what happens to the metrics, the log and the observers, raises events of it, and reports decisions to the stores that listen.</summary>
internal sealed class EventReporter(
    FirewallMetrics metrics,
    ObserverQueue observers,
    OpenReservations openReservations,
    SettingsSource settings,
    ILogger logger,
    TimeProvider timeProvider,
    IReadOnlyList<IDecisionListener> listeners,
    FirewallEvents events)
{
    private readonly LogInterval _statusFailure = new(timeProvider, TimeSpan.FromMinutes(1));
    private readonly LogInterval _adaptFailure = new(timeProvider, TimeSpan.FromMinutes(1));
    private readonly LogInterval _approvalFailure = new(timeProvider, TimeSpan.FromMinutes(1));
    private int _isUserMissed;

    public void Decided(string operation, BudgetDecision decision, BudgetRequest request, BudgetStoreException? failure)
    {
        metrics.Decided(operation, decision, request.Provider);
        for (var i = 0; i < listeners.Count; i++)
            listeners[i].Decided(request, decision.Call!, decision.Answer, decision.Outcome);
        if (failure is not null)
            StoreFailed(operation, decision.OperationId, failure, decision.IsDegraded);
        else if (!decision.IsFromCache)
            events.StoreAnswered();
        if (decision.IsDegraded)
            ObservingLog.DegradedAllowed(logger, operation);
        if (!decision.IsAllowed)
            Denied(decision);
        if (decision.WouldBeDenied)
            WouldRefuse(decision, request);
    }

    /// <summary>Records that the store has answered something that is no decision, so that one that was away is told to be back.</summary>
    public void StoreAnswered() => events.StoreAnswered();

    /// <summary>Records a decision on a request that names no user and so meets no budget, while a budget of users would match it.</summary>
    public void DecidedWithoutUser(string operation)
    {
        metrics.DecidedWithoutUser(operation);
        if (Volatile.Read(ref _isUserMissed) == 0 && Interlocked.Exchange(ref _isUserMissed, 1) == 0)
            ObservingLog.UserMissing(logger, operation);
    }

    /// <summary>Records that the turn of a call has come, for which it has waited.</summary>
    public void Waited(DecisionKind kind, BudgetRequest request, TimeSpan time) => metrics.Waited(DecisionKindName.Of(kind), request.Provider, time);

    /// <summary>Records that a call was cancelled while it waited for its turn.</summary>
    public void Abandoned(DecisionKind kind, BudgetRequest request) => metrics.Abandoned(DecisionKindName.Of(kind), request.Provider);

    public void Charged(ChargeReceipt receipt, BudgetRequest request)
    {
        if (!receipt.IsReplay)
            ChargeHeard(receipt, request.Provider);
    }

    /// <summary>Reports what was given back of a charge; nothing where nothing was.</summary>
    public void ChargeCorrected(CorrectionReceipt receipt)
    {
        if (receipt.IsReplay || receipt.EntryId is null)
            return;
        metrics.ChargeCorrected(receipt);
        ObservingLog.ChargeCorrected(logger, receipt.CorrectionId, receipt.OperationId, receipt.Amount, receipt.Cost);
        if (events.IsHeard)
            events.Raise(EventMaker.OfCorrection(receipt, timeProvider.GetUtcNow()));
        if (observers.IsObserved)
            observers.Post(observer => observer.OnCorrected(receipt));
    }

    /// <summary>Reports a charge that has not been reported so far, even if it is a replay.</summary>
    public void ChargeHeard(ChargeReceipt receipt, string provider)
    {
        metrics.Charged(receipt, provider, settings.Current.Currency);
        for (var i = 0; i < receipt.Warnings.Count; i++)
            Warned(receipt.Warnings[i]);
        for (var i = 0; i < receipt.Overruns.Count; i++)
            Overran(receipt.OperationId, receipt.Overruns[i]);
        if (events.IsHeard)
            RaiseOf(receipt);
        if (observers.IsObserved)
            PostCharged(receipt);
    }

    /// <summary>Records that a status could not be read. Health probes read it every few seconds, so the log gets at most one line a minute.</summary>
    public void StatusFailed(BudgetStoreException exception) =>
        StoreFailed("status", operationId: null, exception, isDegraded: false, isLogged: _statusFailure.IsDue());

    /// <summary>Records that what a provider has said could not be reported. An overloaded provider says it at every call, so the log gets at most one line a minute.</summary>
    public void AdaptFailed(BudgetStoreException exception) =>
        StoreFailed("adapt", operationId: null, exception, isDegraded: false, isLogged: _adaptFailure.IsDue());

    /// <summary>Records that the approvals that calls wait for could not be read. They are read once a second, so the log gets at most one line a minute.</summary>
    public void ApprovalsUnread(BudgetStoreException exception) =>
        StoreFailed("approvals", operationId: null, exception, isDegraded: false, isLogged: _approvalFailure.IsDue());

    /// <summary>Records that an approval could not be asked for. Each denial asks, so the log gets at most one line a minute.</summary>
    public void ApprovalFailed(string operationId, BudgetStoreException exception) =>
        StoreFailed("approval", operationId, exception, isDegraded: false, isLogged: _approvalFailure.IsDue());

    /// <summary>Records that this process has asked for an approval.</summary>
    public void ApprovalAsked(Approval approval)
    {
        metrics.ApprovalChanged(approval);
        if (logger.IsEnabled(LogLevel.Information))
        {
            ObservingLog.ApprovalAsked(
                logger, approval.Id, LoggedBudgetId.Of(approval.Name, approval.BudgetId, approval.Scope), approval.Scope.Kind, approval.Needed, UnitText(approval.Unit), approval.Spent, approval.Held,
                approval.Limit + approval.Allowance, approval.ExpiresAt);
        }
        if (events.IsHeard)
            events.Raise(EventMaker.OfApproval(approval, approval.RequestedAt));
        if (observers.IsObserved)
            PostApprovalAsked(approval);
    }

    /// <summary>Records that an approval has ended, which the process that has ended it does.</summary>
    public void ApprovalEnded(Approval approval)
    {
        metrics.ApprovalChanged(approval);
        if (logger.IsEnabled(LogLevel.Information))
            ObservingLog.ApprovalEnded(logger, approval.Id, LoggedBudgetId.Of(approval.Name, approval.BudgetId, approval.Scope), approval.Scope.Kind, approval.State, approval.Amount ?? 0, UnitText(approval.Unit));
        if (events.IsHeard)
            events.Raise(EventMaker.OfApproval(approval, timeProvider.GetUtcNow()));
        if (observers.IsObserved)
            PostApprovalEnded(approval);
    }

    public void RateLimitAdapted(RateLimitAdaptation adaptation, bool isForEach, string provider)
    {
        metrics.RateLimitAdapted(adaptation, isForEach, provider);
        if (logger.IsEnabled(LogLevel.Information))
        {
            ObservingLog.RateLimitAdapted(
                logger, LoggedBudgetId.Of(adaptation.Name, adaptation.RateLimitId, adaptation.Scope), adaptation.Scope.Kind, adaptation.Before, adaptation.After, adaptation.Ceiling,
                UnitText(adaptation.Unit), adaptation.PausedFor ?? TimeSpan.Zero, adaptation.Cause);
        }
        if (events.IsHeard)
            events.Raise(EventMaker.OfAdaptation(adaptation));
        if (observers.IsObserved)
            PostAdapted(adaptation);
    }

    /// <summary>Records that an allowance was given or taken back; nothing where none of it could be.</summary>
    public void AllowanceChanged(AllowanceChange change)
    {
        if (change.Amount == 0)
            return;
        metrics.AllowanceChanged(change);
        var budget = change.Budget;
        if (logger.IsEnabled(LogLevel.Information))
        {
            ObservingLog.AllowanceChanged(
                logger, LoggedBudgetId.Of(budget.Name, budget.BudgetId, budget.Scope), budget.Scope.Kind, change.Amount, budget.Allowance, UnitText(budget.Unit), budget.Limit);
        }
        if (events.IsHeard)
            events.Raise(EventMaker.OfAllowance(change, timeProvider.GetUtcNow()));
        if (observers.IsObserved)
            observers.Post(observer => observer.OnAllowanceChanged(change));
    }

    public void StoreFailed(string operation, string? operationId, BudgetStoreException exception, bool isDegraded) =>
        StoreFailed(operation, operationId, exception, isDegraded, isLogged: true);

    private void StoreFailed(string operation, string? operationId, BudgetStoreException exception, bool isDegraded, bool isLogged)
    {
        metrics.StoreFailed(operation);
        if (isLogged)
            ObservingLog.StoreTrouble(logger, operation, exception);
        events.StoreFailed(exception);
        if (observers.IsObserved)
            PostTrouble(new() { Operation = operation, OperationId = operationId, Exception = exception.InnerException ?? exception, IsDegraded = isDegraded });
    }

    public void OutboxQueued() => metrics.OutboxQueued();

    public void OutboxDelivered() => metrics.OutboxDelivered();

    public void OutboxRefused() => metrics.OutboxRefused();

    public void Undeliverable(UndeliverableCharge charge)
    {
        metrics.OutboxUndeliverable(charge.Reason);
        if (events.IsHeard)
            events.Raise(EventMaker.OfUndeliverable(charge, timeProvider.GetUtcNow()));
        if (observers.IsObserved)
            observers.Post(observer => observer.OnUndeliverable(charge));
    }

    public void ReservationBegan(HeldReservation reservation) => openReservations.Add(reservation);

    public void ReservationExtended(HeldReservation reservation, DateTimeOffset expiresAt) => openReservations.Extend(reservation, expiresAt);

    public void ReservationEnded(HeldReservation reservation) => openReservations.Remove(reservation);

    private void Denied(BudgetDecision decision)
    {
        ObservingLog.Denied(logger, decision);
        events.Denied(decision);
        if (observers.IsObserved)
            PostDenied(decision);
    }

    private void RaiseOf(ChargeReceipt receipt)
    {
        events.StoreAnswered();
        if (receipt.Warnings.Count == 0 && receipt.Overruns.Count == 0 && !receipt.IsLate)
            return;
        var time = receipt.ChargedAt ?? timeProvider.GetUtcNow();
        foreach (var warning in receipt.Warnings)
            events.Raise(EventMaker.OfWarning(warning, receipt.Partition, time));
        foreach (var overrun in receipt.Overruns)
            events.Raise(EventMaker.OfOverrun(overrun, receipt, time));
        if (receipt.IsLate)
            events.Raise(EventMaker.OfLateCommit(receipt, settings.Current.Currency, time));
    }

    private void WouldRefuse(BudgetDecision decision, BudgetRequest request)
    {
        metrics.WouldRefuse(decision, request.Provider);
        if (!decision.IsAllowed)
            return;
        if (logger.IsEnabled(LogLevel.Debug))
            ObservingLog.WouldDeny(logger, decision.OperationId, DecisionText.WouldDeny(decision));
        if (observers.IsObserved)
            PostWouldDeny(decision);
    }

    private void Warned(BudgetWarning warning)
    {
        metrics.Warned(warning);
        if (logger.IsEnabled(LogLevel.Warning))
            ObservingLog.WarningReached(logger, LoggedBudgetId.Of(warning.Name, warning.BudgetId, warning.Scope), warning.Scope.Kind, warning.Threshold, warning.Limit, UnitText(warning.Unit));
        if (observers.IsObserved)
            PostWarning(warning);
    }

    private void Overran(string operationId, BudgetOverrun overrun)
    {
        if (logger.IsEnabled(LogLevel.Warning))
            ObservingLog.Overrun(logger, operationId, overrun.Amount, UnitText(overrun.Unit), LoggedBudgetId.Of(overrun.Name, overrun.BudgetId, overrun.Scope), overrun.Scope.Kind);
    }

    private static string UnitText(string? unit) => unit is null ? "" : " " + unit;

    // Closures live in methods of their own, so that they are made only when somebody observes.
    private void PostCharged(ChargeReceipt receipt)
    {
        observers.Post(observer => observer.OnCharged(receipt));
        if (receipt.Overruns.Count > 0)
            observers.Post(observer => observer.OnOverrun(receipt));
    }

    private void PostDenied(BudgetDecision decision) => observers.Post(observer => observer.OnDenied(decision));

    private void PostWouldDeny(BudgetDecision decision) => observers.Post(observer => observer.OnWouldDeny(decision));

    private void PostWarning(BudgetWarning warning) => observers.Post(observer => observer.OnWarning(warning));

    private void PostAdapted(RateLimitAdaptation adaptation) => observers.Post(observer => observer.OnRateLimitAdapted(adaptation));

    private void PostApprovalAsked(Approval approval) => observers.Post(observer => observer.OnApprovalRequested(approval));

    private void PostApprovalEnded(Approval approval) => observers.Post(observer => observer.OnApprovalDecided(approval));

    private void PostTrouble(StoreTrouble trouble) => observers.Post(observer => observer.OnStoreTrouble(trouble));
}
