using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The objects that the calls of one guard share.</summary>
internal sealed record CallGuardServices(IBudgetFirewall Firewall, CallGuardSettings Settings, CallMetrics Metrics, ILogger Logger)
{
    public RepetitionLimit Repetitions { get; } = new();

    /// <summary>Calls the listener that wants to know how a call ended.</summary>
    public void NotifySettled(SettledCall settled)
    {
        try
        {
            Settings.OnSettled?.Invoke(settled);
        }
#pragma warning disable CA1031 // A listener must not break the call.
        catch (Exception e)
#pragma warning restore CA1031
        {
            CallLog.ListenerFailed(Logger, settled.ReservationId, e);
        }
    }
}
