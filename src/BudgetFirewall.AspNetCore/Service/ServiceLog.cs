using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log lines of the HTTP service. Ids 410 to 419.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(410, LogLevel.Warning, "Everybody can use the HTTP service at '{Prefix}', parts: {Parts}. Outside Development it does not start like this: call RequireAuthorization() or AllowAnonymous() on these parts.")]
    public static partial void Open(ILogger logger, string prefix, BudgetServiceParts parts);

    [LoggerMessage(411, LogLevel.Critical, "The application is stopped because everybody could use its budgets.")]
    public static partial void Stopped(ILogger logger, Exception exception);
}
