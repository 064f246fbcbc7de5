using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class ObservingLog
{
    // Decisions, warnings and scopes name users: nothing that has them is logged above Debug.
    [LoggerMessage(LogEvents.Denied, LogLevel.Debug, "{Decision}")]
    public static partial void Denied(ILogger logger, BudgetDecision decision);

    [LoggerMessage(LogEvents.WouldDeny, LogLevel.Debug, "Shadow limits would have denied the operation '{OperationId}': {Limits}.")]
    public static partial void WouldDeny(ILogger logger, string operationId, string limits);

    [LoggerMessage(LogEvents.WarningReached, LogLevel.Warning, "The budget '{BudgetId}' on a scope of the kind {ScopeKind} has reached {Threshold} of its limit of {Limit}{Unit}.")]
    public static partial void WarningReached(ILogger logger, string budgetId, string scopeKind, decimal threshold, decimal limit, string unit);

    [LoggerMessage(LogEvents.Overrun, LogLevel.Warning, "The operation '{OperationId}' has charged {Overrun}{Unit} beyond the limit of the budget '{BudgetId}' on a scope of the kind {ScopeKind}.")]
    public static partial void Overrun(ILogger logger, string operationId, decimal overrun, string unit, string budgetId, string scopeKind);

    [LoggerMessage(LogEvents.DegradedAllowed, LogLevel.Warning, "A {Operation} was let through unseen while the store was away.")]
    public static partial void DegradedAllowed(ILogger logger, string operation);

    [LoggerMessage(LogEvents.UserMissing, LogLevel.Warning, "A {Operation} names no user and meets no budget, although there are budgets of users: nothing limits such calls. Begin a BudgetScopeContext around the call, carry it through streams by WithBudgetScope(), or name the user in the request. This is logged once; the metric budgetfirewall.decisions.without_user counts every such call.")]
    public static partial void UserMissing(ILogger logger, string operation);

    [LoggerMessage(LogEvents.StoreTrouble, LogLevel.Error, "The store could not answer a {Operation}.")]
    public static partial void StoreTrouble(ILogger logger, string operation, Exception exception);

    [LoggerMessage(LogEvents.RateLimitAdapted, LogLevel.Information, "The rate limit '{RateLimitId}' on a scope of the kind {ScopeKind} goes from {Before} to {After} of {Ceiling}{Unit} and pauses for {PausedFor}: the provider said {Cause}.")]
    public static partial void RateLimitAdapted(
        ILogger logger, string rateLimitId, string scopeKind, decimal before, decimal after, decimal ceiling, string unit, TimeSpan pausedFor, AdaptationCause cause);

    [LoggerMessage(LogEvents.ChargeCorrected, LogLevel.Information, "The correction '{CorrectionId}' has given back {Amount} of the charge '{OperationId}', which costs {Cost} now.")]
    public static partial void ChargeCorrected(ILogger logger, string correctionId, string operationId, decimal amount, decimal cost);

    [LoggerMessage(LogEvents.AllowanceChanged, LogLevel.Information, "The allowance of the budget '{BudgetId}' on a scope of the kind {ScopeKind} has changed by {Amount} to {Allowance}{Unit}, above its limit of {Limit}.")]
    public static partial void AllowanceChanged(ILogger logger, string budgetId, string scopeKind, decimal amount, decimal allowance, string unit, decimal limit);

    [LoggerMessage(LogEvents.ApprovalAsked, LogLevel.Information, "The approval {ApprovalId} is asked for: the budget '{BudgetId}' on a scope of the kind {ScopeKind} has no room for {Needed}{Unit}, with {Spent} spent and {Held} held of {Limit}. It can be answered until {ExpiresAt}.")]
    public static partial void ApprovalAsked(
        ILogger logger, string approvalId, string budgetId, string scopeKind, decimal needed, string unit, decimal spent, decimal held, decimal limit, DateTimeOffset expiresAt);

    // Who has decided it is the name of a user.
    [LoggerMessage(LogEvents.ApprovalEnded, LogLevel.Information, "The approval {ApprovalId} of the budget '{BudgetId}' on a scope of the kind {ScopeKind} is {State}; {Amount}{Unit} approved.")]
    public static partial void ApprovalEnded(ILogger logger, string approvalId, string budgetId, string scopeKind, ApprovalState state, decimal amount, string unit);

    [LoggerMessage(LogEvents.ObserverFailed, LogLevel.Error, "The observer {Observer} failed; the event is lost to it.")]
    public static partial void ObserverFailed(ILogger logger, string observer, Exception exception);
}
