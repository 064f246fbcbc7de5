using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class ReservationLog
{
    [LoggerMessage(LogEvents.LateGrantReleased, LogLevel.Information, "Released the reservation '{OperationId}', which was granted when nobody waited for it any more.")]
    public static partial void LateGrantReleased(ILogger logger, string operationId);

    [LoggerMessage(LogEvents.LateGrantNotReleased, LogLevel.Warning, "Could not release the reservation '{OperationId}', which was granted when nobody waited for it any more; its lease will end it.")]
    public static partial void LateGrantNotReleased(ILogger logger, string operationId, Exception exception);

    [LoggerMessage(LogEvents.DisposeReleaseFailed, LogLevel.Warning, "Could not release the reservation '{OperationId}' when it was disposed; its lease will end it.")]
    public static partial void DisposeReleaseFailed(ILogger logger, string operationId, Exception exception);

    [LoggerMessage(LogEvents.TurnNotGivenBack, LogLevel.Warning, "Could not give back the turn of '{OperationId}', whose caller stopped waiting; it passes unused, and a hold ends with its lease.")]
    public static partial void TurnNotGivenBack(ILogger logger, string operationId, Exception exception);
}
