using System.Collections.Concurrent;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The values of the tag <see cref="BudgetFirewallDiagnostics.ProviderTag"/>: the configured providers. A caller can name any provider,
/// and each name would be another time series, so all others share one value.
/// Thread-safe.
/// </summary>
internal sealed class ProviderTags(SettingsSource settings)
{
    /// <summary>The most providers that runtime budgets and rate limits add; they are set by those who administer limits, not by callers.</summary>
    private const int MaxOfRuntimeLimits = 1_000;

    private readonly ConcurrentDictionary<string, string> _ofRuntimeLimits = new(StringComparer.Ordinal);

    /// <summary>The tag's value for a request's provider.</summary>
    public string Of(string provider) =>
        settings.Current.MetricProviders.TryGetValue(provider, out var configured) || _ofRuntimeLimits.TryGetValue(provider, out configured)
            ? configured
            : BudgetFirewallDiagnostics.OtherProvider;

    /// <summary>Takes up the providers that runtime budgets and rate limits name.</summary>
    public void Learn(IEnumerable<LimitDefinition> limits)
    {
        foreach (var provider in limits.SelectMany(limit => limit.Budget is { } budget ? ProviderNames.Of(budget) : ProviderNames.Of(limit.RateLimit!)))
        {
            if (_ofRuntimeLimits.Count >= MaxOfRuntimeLimits)
                return;
            _ofRuntimeLimits.TryAdd(provider, DisplayText.Escape(provider));
        }
    }
}
