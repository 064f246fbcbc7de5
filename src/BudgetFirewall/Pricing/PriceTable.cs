using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>The configured prices, copied and frozen. All names compare ordinally.</summary>
internal sealed class PriceTable
{
    private readonly decimal _defaultWeight;
    private readonly FrozenDictionary<string, decimal> _weights;
    private readonly FrozenDictionary<string, decimal> _multipliers;
    private readonly ModelNames _models;
    private readonly ModelPriceBook? _book;
    private readonly bool _datedNamesFallBack;
    private readonly bool _refusesFreeModels;
    private readonly UnknownModelPolicy _unknownModels;
    private readonly PricedUnit[] _units;

    /// <summary>Takes prices that are known to be valid.</summary>
    public PriceTable(PricingOptions pricing)
    {
        _defaultWeight = pricing.DefaultCostPerRequest;
        _weights = pricing.Providers.ToFrozenDictionary(StringComparer.Ordinal);
        _multipliers = pricing.Operations.ToFrozenDictionary(StringComparer.Ordinal);
        _book = pricing.Book;
        _models = WithAliases(pricing);
        (_datedNamesFallBack, _refusesFreeModels, _unknownModels) = (pricing.DatedNamesFallBack, pricing.RefuseFreeModels, pricing.UnknownModels);
        _units = [.. pricing.Units.OrderBy(unit => unit.Key, StringComparer.Ordinal).Select(unit => new PricedUnit(unit.Key, unit.Value))];
    }

    /// <summary>The priced units, in a fixed order.</summary>
    public ReadOnlySpan<PricedUnit> Units => _units;

    public decimal Weight(string provider) => _weights.GetValueOrDefault(provider, _defaultWeight);

    public decimal Multiplier(string operation) => _multipliers.GetValueOrDefault(operation, 1m);

    /// <summary>The one place where a model's prices are chosen. Null: priced as a request without a model.</summary>
    /// <exception cref="UnknownPriceException">The model has no price and such models are refused.</exception>
    public ModelRates? ModelPriceOf(BudgetRequest request, BudgetUsage? usage)
    {
        if (request.Model is not { } model)
            return null;
        if (Find(request.Provider, model) is { } priced)
            return priced.RatesFor(usage);
        return _unknownModels == UnknownModelPolicy.UseDefaultCost ? null : throw new UnknownPriceException(model, WhyNot(request.Provider, model));
    }

    /// <summary>True when the prices say what this usage costs, if only that it is free, so that the cost that the request expected no longer counts.</summary>
    public bool Prices(BudgetRequest request, BudgetUsage usage)
    {
        var isPriced = request.Model is { } model && Find(request.Provider, model) is not null;
        if (isPriced || (request.Model is not null && _unknownModels == UnknownModelPolicy.Refuse))
            return isPriced;
        return _defaultWeight != 0 || _weights.ContainsKey(request.Provider) || Array.Exists(_units, unit => unit.Prices(usage));
    }

    private PricedModel? Find(string provider, string model) =>
        FindName(provider, model) ?? (_datedNamesFallBack && DatedName.BaseOf(model) is { } name ? FindName(provider, name) : null);

    private PricedModel? FindName(string provider, string model)
    {
        var priced = FindAny(provider, model);
        return _refusesFreeModels && priced is { IsFreeInBook: true } ? null : priced;
    }

    private PricedModel? FindAny(string provider, string model) => _models.Find(provider, model) ?? _book?.Names.Find(provider, model);

    /// <summary>Why a model has no price, as one sentence; null where there is nothing to say.</summary>
    private string? WhyNot(string provider, string model) => FindAny(provider, model) is { IsFreeInBook: true }
        ? $"The price book prices it 0, and Pricing.{nameof(PricingOptions.RefuseFreeModels)} is set."
        : _book?.WhyNot(model, provider);

    private static ModelNames WithAliases(PricingOptions pricing)
    {
        var models = pricing.Models.ToDictionary(model => model.Key, model => new PricedModel(model.Value), StringComparer.Ordinal);
        var aliases = pricing.Aliases.Select(alias =>
            KeyValuePair.Create(alias.Key, models.GetValueOrDefault(alias.Value) ?? pricing.Book!.Names.Find(provider: null, alias.Value)!));
        return new([.. models, .. aliases]);
    }
}
