using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class AnomalyLog
{
    [LoggerMessage(760, LogLevel.Error, "Anomalies could not be looked for; it is tried again.")]
    public static partial void NotEvaluated(ILogger logger, Exception exception);

    [LoggerMessage(761, LogLevel.Warning, "Nobody has looked for anomalies for {Hours} hours more than are caught up with; they are passed over.")]
    public static partial void PassedOver(ILogger logger, int hours);

    [LoggerMessage(762, LogLevel.Information, "{Count} anomalies were found.")]
    public static partial void Found(ILogger logger, int count);
}
