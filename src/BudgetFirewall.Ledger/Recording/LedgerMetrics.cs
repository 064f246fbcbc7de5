using System.Diagnostics.Metrics;

namespace BudgetFirewall;

/// <summary>The instruments of a ledger's delivery.</summary>
internal sealed class LedgerMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _isOwned;
    private readonly Counter<long> _written;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _leftOut;
    private readonly Counter<long> _differences;

    public LedgerMetrics(IServiceProvider? services, Func<int> waiting)
    {
        var factory = (IMeterFactory?)services?.GetService(typeof(IMeterFactory));
        _isOwned = factory is null;
        _meter = factory?.Create(BudgetFirewallDiagnostics.MeterName) ?? new Meter(BudgetFirewallDiagnostics.MeterName);
        _written = _meter.CreateCounter<long>(LedgerDiagnostics.Written, "{entry}");
        _failures = _meter.CreateCounter<long>(LedgerDiagnostics.Failures, "{write}");
        _differences = _meter.CreateCounter<long>(LedgerDiagnostics.Differences, "{counter}");
        _leftOut = _meter.CreateCounter<long>(LedgerDiagnostics.LeftOut, "{decision}");
        _ = _meter.CreateObservableGauge(LedgerDiagnostics.Waiting, waiting, "{entry}");
    }

    public void Written(int entries) => _written.Add(entries);

    public void Failed() => _failures.Add(1);

    public void LeftOut(long decisions) => _leftOut.Add(decisions);

    public void Differ(int counters) => _differences.Add(counters);

    // The meter of a factory belongs to the factory.
    public void Dispose()
    {
        if (_isOwned)
            _meter.Dispose();
    }
}
