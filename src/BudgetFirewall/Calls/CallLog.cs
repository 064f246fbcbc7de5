using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class CallLog
{
    [LoggerMessage(LogEvents.HoldLapsed, LogLevel.Warning, "The reservation '{ReservationId}' ended while its call was still running; the call will be charged in full, beyond the budget if others have taken its place.")]
    public static partial void HoldLapsed(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.ExtensionFailed, LogLevel.Warning, "Could not extend the reservation '{ReservationId}', whose call is still running; trying again.")]
    public static partial void ExtensionFailed(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.ChargeUnconfirmed, LogLevel.Warning, "The charge of the call of the reservation '{ReservationId}' was not confirmed; repeating it in the background.")]
    public static partial void ChargeUnconfirmed(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.ChargeLost, LogLevel.Error, "The call of the reservation '{ReservationId}' was made but its charge was not confirmed; somebody must look whether it was recorded.")]
    public static partial void ChargeLost(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.UsageNotPriced, LogLevel.Error, "The usage of the call of the reservation '{ReservationId}' has no price, or costs more than MaxCost; charging the reserved amount, or MaxCost.")]
    public static partial void UsageNotPriced(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.ReservationGone, LogLevel.Warning, "No record of the reservation '{ReservationId}' is left; charging its call without it.")]
    public static partial void ReservationGone(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.SettledListenerFailed, LogLevel.Error, "The listener to settled calls threw at the reservation '{ReservationId}'.")]
    public static partial void ListenerFailed(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.ReportFailed, LogLevel.Error, "What the provider has said in its answer to the call of the reservation '{ReservationId}' could not be reported to its rate limits.")]
    public static partial void ReportFailed(ILogger logger, string reservationId, Exception exception);

    [LoggerMessage(LogEvents.CallNested, LogLevel.Warning, "A guarded call of the provider '{Provider}' was begun inside another guarded call of that provider or of the same model, so both charge for one call: guard the chat client or its HttpClient, not both. This is logged once; the metric budgetfirewall.calls.nested counts every such call.")]
    public static partial void CallNested(ILogger logger, string provider);
}
