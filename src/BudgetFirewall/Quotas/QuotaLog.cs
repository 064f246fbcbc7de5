using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class QuotaLog
{
    [LoggerMessage(LogEvents.PoolDivided, LogLevel.Debug, "The pool '{PoolId}' is divided among {Members} members.")]
    public static partial void Divided(ILogger logger, string poolId, int members);

    [LoggerMessage(LogEvents.PoolRenewed, LogLevel.Information, "The pool '{PoolId}' is renewed for the period from {Start}; {Ended} ended periods are recorded.")]
    public static partial void Renewed(ILogger logger, string poolId, DateTimeOffset start, int ended);

    [LoggerMessage(LogEvents.PoolWorkFailed, LogLevel.Warning, "The pool '{PoolId}' could not be renewed or divided anew; it is tried again in {Pause}. Its members' limits are as they were.")]
    public static partial void WorkFailed(ILogger logger, string poolId, TimeSpan pause, Exception exception);
}
