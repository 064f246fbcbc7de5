using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class DeliveryLog
{
    [LoggerMessage(740, LogLevel.Error, "Events could not be recorded for their subscriptions; {Waiting} wait and are tried again.")]
    public static partial void NotRecorded(ILogger logger, int waiting, Exception exception);

    [LoggerMessage(741, LogLevel.Error, "The firewall was closed while {Waiting} events waited to be recorded for their subscriptions; they are lost.")]
    public static partial void Lost(ILogger logger, int waiting);

    [LoggerMessage(742, LogLevel.Error, "Deliveries of events could not be read or written; they are tried again.")]
    public static partial void WorkFailed(ILogger logger, Exception exception);

    [LoggerMessage(743, LogLevel.Warning, "The event {EventId} was given up for the subscription '{SubscriptionId}' after {Attempts} attempts: {Error}")]
    public static partial void GivenUp(ILogger logger, string eventId, string subscriptionId, int attempts, string error);

    [LoggerMessage(744, LogLevel.Warning, "The subscription '{SubscriptionId}' was switched off: its receiver wants no deliveries any more (410).")]
    public static partial void Disabled(ILogger logger, string subscriptionId);

    [LoggerMessage(745, LogLevel.Error, "The secret of the subscription '{SubscriptionId}' cannot be read; nothing is delivered to it.")]
    public static partial void SecretUnreadable(ILogger logger, string subscriptionId, Exception exception);
}
