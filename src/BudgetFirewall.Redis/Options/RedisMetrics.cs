using System.Diagnostics.Metrics;

namespace BudgetFirewall;

/// <summary>The instruments of the Redis store.</summary>
internal sealed class RedisMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _isOwned;
    private readonly Counter<long> _dataLosses;

    public RedisMetrics(IServiceProvider? services)
    {
        var factory = (IMeterFactory?)services?.GetService(typeof(IMeterFactory));
        _isOwned = factory is null;
        _meter = factory?.Create(BudgetFirewallDiagnostics.MeterName) ?? new Meter(BudgetFirewallDiagnostics.MeterName);
        _dataLosses = _meter.CreateCounter<long>(RedisDiagnostics.DataLosses, "{loss}");
    }

    public void DataLost() => _dataLosses.Add(1);

    // The meter of a factory belongs to the factory.
    public void Dispose()
    {
        if (_isOwned)
            _meter.Dispose();
    }
}
