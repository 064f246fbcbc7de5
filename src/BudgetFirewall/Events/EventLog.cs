using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class EventLog
{
    [LoggerMessage(LogEvents.ChannelFailed, LogLevel.Error, "The event {EventId} ({EventType}) could not be told to the channel '{Channel}'; it is not tried again.")]
    public static partial void ChannelFailed(ILogger logger, string eventId, string eventType, string channel, Exception exception);

    [LoggerMessage(EventId = LogEvents.EventHappened, Message = "{EventType} {EventId}: {Text}")]
    public static partial void Happened(ILogger logger, LogLevel level, string eventType, string eventId, string text);

    [LoggerMessage(LogEvents.ChannelsFailed, LogLevel.Error, "The channels for events could not be made; events are told to nobody.")]
    public static partial void ChannelsFailed(ILogger logger, Exception exception);
}
