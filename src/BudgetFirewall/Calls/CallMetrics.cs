using System.Diagnostics.Metrics;

namespace BudgetFirewall;

/// <summary>The instruments of guarded calls.</summary>
internal sealed class CallMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _isOwned;
    private readonly IProviderTagSource? _providers;
    private readonly Counter<long> _estimated;
    private readonly Counter<long> _unconfirmed;
    private readonly Counter<long> _nested;

    public CallMetrics(IMeterFactory? factory, IBudgetFirewall firewall)
    {
        _providers = firewall as IProviderTagSource;
        _isOwned = factory is null;
        _meter = factory?.Create(BudgetFirewallDiagnostics.MeterName) ?? new Meter(BudgetFirewallDiagnostics.MeterName);
        _estimated = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.EstimatedCharges, "{charge}");
        _nested = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.NestedCalls, "{call}");
        _unconfirmed = _meter.CreateCounter<long>(BudgetFirewallDiagnostics.UnconfirmedCharges, "{charge}");
    }

    public void Estimated(string provider) => _estimated.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.ProviderTag, TagOf(provider)));

    public void Unconfirmed(string provider) => _unconfirmed.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.ProviderTag, TagOf(provider)));

    public void Nested(string provider) => _nested.Add(1, new KeyValuePair<string, object?>(BudgetFirewallDiagnostics.ProviderTag, TagOf(provider)));

    private string TagOf(string provider) => _providers?.ProviderTagOf(provider) ?? BudgetFirewallDiagnostics.OtherProvider;

    // The meter of a factory belongs to the factory.
    public void Dispose()
    {
        if (_isOwned)
            _meter.Dispose();
    }
}
