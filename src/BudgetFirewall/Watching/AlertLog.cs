using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class AlertLog
{
    [LoggerMessage(EventId = LogEvents.AlertOpened, Message = "The alert {AlertId} of the rule '{Rule}' has opened: {EventType}.")]
    public static partial void Opened(ILogger logger, LogLevel level, string alertId, string rule, string eventType);

    [LoggerMessage(LogEvents.AlertResolved, LogLevel.Information, "The alert {AlertId} of the rule '{Rule}' is resolved: {EventType} is over.")]
    public static partial void Resolved(ILogger logger, string alertId, string rule, string eventType);

    [LoggerMessage(LogEvents.AlertsNotWritten, LogLevel.Error, "Alerts could not be written; {Waiting} events wait and are tried again.")]
    public static partial void NotWritten(ILogger logger, int waiting, Exception exception);

    [LoggerMessage(LogEvents.AlertLookFailed, LogLevel.Error, "Budgets and open alerts could not be looked at; they are looked at again.")]
    public static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.AlertScopesLeftOut, LogLevel.Warning, "More scopes than one look reads ({Most}) may be above the fraction of their budgets; those that have spent most were looked at.")]
    public static partial void ScopesLeftOut(ILogger logger, int most);
}
