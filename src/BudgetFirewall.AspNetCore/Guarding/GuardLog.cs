using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The log lines of the guard. Ids 400 to 409.</summary>
internal static partial class GuardLog
{
    [LoggerMessage(403, LogLevel.Debug, "A guarded request was refused: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(405, LogLevel.Error, "The guarded endpoint '{Endpoint}' cannot be called, since nothing prices its calls: give it a Cost, an EstimateCost or an EstimateUsage, or its provider a price.")]
    public static partial void Unpriced(ILogger logger, string? endpoint, Exception exception);

    [LoggerMessage(404, LogLevel.Error, "The rule Unreported failed for the reservation {ReservationId}; the reserved amounts are charged.")]
    public static partial void RuleFailed(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(406, LogLevel.Warning, "The guard of endpoints is not fully on: IsEnabled is {IsEnabled}, RefuseRequests {RefuseRequests}, ChargeRequests {ChargeRequests}.")]
    public static partial void NotFullyOn(ILogger logger, bool isEnabled, bool refuseRequests, bool chargeRequests);
}
