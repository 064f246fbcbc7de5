using System.Collections.Concurrent;

namespace BudgetFirewall;

/// <summary>
/// The values of the tag <see cref="BudgetFirewallDiagnostics.ProviderTag"/>: the configured providers. A caller can name any provider,
/// and each name would be another time series, so all others share one value.
/// Thread-safe.
/// </summary>
internal sealed class ProviderTags(SettingsSource settings)
{
    /// <summary>The most providers that runtime budgets add; they are set by those who administer budgets, not by callers.</summary>
    private const int MaxOfRuntimeBudgets = 1_000;

    private readonly ConcurrentDictionary<string, string> _ofRuntimeBudgets = new(StringComparer.Ordinal);

    /// <summary>The tag's value for a request's provider.</summary>
    public string Of(string provider) =>
        settings.Current.MetricProviders.TryGetValue(provider, out var configured) || _ofRuntimeBudgets.TryGetValue(provider, out configured)
            ? configured
            : BudgetFirewallDiagnostics.OtherProvider;

    /// <summary>Takes up the providers that runtime budgets name.</summary>
    public void Learn(IEnumerable<Budget> budgets)
    {
        foreach (var provider in budgets.SelectMany(ProviderNames.Of))
        {
            if (_ofRuntimeBudgets.Count >= MaxOfRuntimeBudgets)
                return;
            _ofRuntimeBudgets.TryAdd(provider, DisplayText.Escape(provider));
        }
    }
}
