using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The objects that the calls of one guard share.</summary>
internal sealed record CallGuardServices(IBudgetFirewall Firewall, CallGuardSettings Settings, CallMetrics Metrics, ILogger Logger)
{
    public RepetitionLimit Repetitions { get; } = new();

    private int _isNestedLogged;

    /// <summary>Reports a call that is charged inside another one: each in the metric, the first in the log.</summary>
    public void ReportNested(string provider)
    {
        Metrics.Nested(provider);
        if (Volatile.Read(ref _isNestedLogged) == 0 && Interlocked.Exchange(ref _isNestedLogged, 1) == 0)
            CallLog.CallNested(Logger, provider);
    }

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
