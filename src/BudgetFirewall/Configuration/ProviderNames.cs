using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>The providers that options and limits name.</summary>
internal static class ProviderNames
{
    private const char ModelSeparator = '/';

    /// <summary>Every provider that the options name, with how it is shown.</summary>
    public static FrozenDictionary<string, string> Of(BudgetFirewallOptions options) => options.MetricProviders
        .Concat(options.Pricing.Providers.Keys)
        .Concat(options.Pricing.Models.Keys.Concat(options.Pricing.Aliases.Keys).Concat(options.Pricing.Book?.Names.All ?? []).Select(SellerOf).OfType<string>())
        .Concat(options.Budgets.SelectMany(Of))
        .Concat(options.RateLimits.SelectMany(Of))
        .Distinct(StringComparer.Ordinal)
        .ToFrozenDictionary(provider => provider, provider => DisplayText.Escape(provider), StringComparer.Ordinal);

    /// <summary>The providers that a budget names.</summary>
    public static IEnumerable<string> Of(Budget budget) => Of(budget.Scope, budget.Providers);

    /// <summary>The providers that a rate limit names.</summary>
    public static IEnumerable<string> Of(RateLimit limit) => Of(limit.Scope, limit.Providers);

    private static IEnumerable<string> Of(BudgetScope scope, IReadOnlyList<string> filter) =>
        scope is { Kind: ScopeKinds.Provider, IsEach: false } ? filter.Append(scope.Id) : filter;

    /// <summary>The provider whose price of a model a name is of: <c>azure/gpt-4o</c> is sold by <c>azure</c>; null when the name says none.</summary>
    public static string? SellerOf(string model) => model.IndexOf(ModelSeparator, StringComparison.Ordinal) is > 0 and var at ? model[..at] : null;
}
