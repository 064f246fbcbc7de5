using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log lines of the HTTP service. Ids 410 to 419.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(410, LogLevel.Warning, "Everybody can use the HTTP service at '{Prefix}', endpoint groups: {Groups}. Outside Development it does not start like this: call RequireAuthorization() or AllowAnonymous() on these groups.")]
    public static partial void Open(ILogger logger, string prefix, BudgetEndpointGroups groups);

    [LoggerMessage(411, LogLevel.Critical, "The application is stopped because everybody could use its budgets.")]
    public static partial void Stopped(ILogger logger, Exception exception);
}
