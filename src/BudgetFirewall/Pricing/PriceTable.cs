using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>The configured prices, copied and frozen. All names compare ordinally.</summary>
internal sealed class PriceTable
{
    private readonly decimal? _defaultWeight;
    private readonly FrozenDictionary<string, decimal> _weights;
    private readonly FrozenDictionary<string, decimal> _multipliers;
    private readonly ModelNames _models;
    private readonly ModelPriceBook? _book;
    private readonly bool _datedNamesFallBack;
    private readonly bool _refusesFreeModels;
    private readonly UnknownModelPolicy _unknownModels;
    private readonly PricedUnit[] _units;

    /// <summary>Copies prices that are known to be valid.</summary>
    public PriceTable(PricingOptions pricing)
    {
        _defaultWeight = pricing.DefaultCostPerRequest ?? (pricing.UnknownProviders == UnknownProviderPolicy.Free ? 0 : null);
        _weights = pricing.Providers.ToFrozenDictionary(StringComparer.Ordinal);
        _multipliers = pricing.Operations.ToFrozenDictionary(StringComparer.Ordinal);
        _book = pricing.Book;
        _models = WithAliases(pricing);
        (_datedNamesFallBack, _refusesFreeModels, _unknownModels) = (pricing.DatedNamesFallBack, pricing.RefuseFreeModels, pricing.UnknownModels);
        _units = [.. pricing.Units.OrderBy(unit => unit.Key, StringComparer.Ordinal).Select(unit => new PricedUnit(unit.Key, unit.Value))];
    }

    /// <summary>The priced units, in a fixed order.</summary>
    public ReadOnlySpan<PricedUnit> Units => _units;

    /// <summary>True when any price is configured, so that a request that gives no cost can have one.</summary>
    public bool HasPrices => _defaultWeight is not null || _weights.Count > 0 || _units.Length > 0 || !_models.IsEmpty || _book is { Models.Count: > 0 };

    /// <summary>The cost of a request to a provider before the operation's multiplier; null when neither the provider nor a default has a price.</summary>
    public decimal? Weight(string provider) => _weights.TryGetValue(provider, out var weight) ? weight : _defaultWeight;

    public decimal Multiplier(string operation) => _multipliers.GetValueOrDefault(operation, 1m);

    /// <summary>Selects the prices of a request's model. Null when the request is priced as one without a model, or when it is refused.</summary>
    /// <param name="request">The request.</param>
    /// <param name="usage">The usage of the request; null when it is not known.</param>
    /// <param name="isRefused">True when the model has no price and nothing may take its place.</param>
    public ModelRates? ModelPriceOf(BudgetRequest request, BudgetUsage? usage, out bool isRefused)
    {
        isRefused = false;
        if (request.Model is not { } model)
            return null;
        if (Find(request.Provider, model) is { } priced)
            return priced.RatesFor(usage);
        isRefused = _unknownModels == UnknownModelPolicy.Refuse;
        return null;
    }

    /// <summary>The reason why a request has no price, as one sentence; null when no further reason is known.</summary>
    public string? WhyNot(BudgetRequest request)
    {
        if (request.Model is { } model && _unknownModels == UnknownModelPolicy.Refuse)
            return WhyNot(request.Provider, model);
        if (_weights.Keys.FirstOrDefault(name => IsSameInAnotherCase(name, request.Provider)) is { } provider)
            return $"The provider '{provider}' has one, and names are the same only in the same case.";
        return ChargedUnits.Length == 0 ? null : $"Its Usage names none of the units that have one: {ChargedUnits}.";
    }

    /// <summary>The names of the units that cost something and that a usage must give, as text.</summary>
    public string ChargedUnits => string.Join(", ", _units.Where(unit => unit is { CountsRequests: false, Price: > 0 }).Select(unit => unit.Name));

    /// <summary>True when the prices determine the cost of this usage, which may be 0, so that the cost given by the request no longer counts.</summary>
    public bool Prices(BudgetRequest request, BudgetUsage usage)
    {
        var isPriced = request.Model is { } model && Find(request.Provider, model) is not null;
        if (isPriced || (request.Model is not null && _unknownModels == UnknownModelPolicy.Refuse))
            return isPriced;
        return _defaultWeight is > 0 || _weights.ContainsKey(request.Provider) || Array.Exists(_units, unit => unit.Prices(usage));
    }

    private PricedModel? Find(string provider, string model) =>
        FindName(provider, model) ?? (_datedNamesFallBack && DatedName.BaseOf(model) is { } name ? FindName(provider, name) : null);

    private PricedModel? FindName(string provider, string model)
    {
        var priced = FindAny(provider, model);
        return _refusesFreeModels && priced is { IsFreeInBook: true } ? null : priced;
    }

    private PricedModel? FindAny(string provider, string model) => _models.Find(provider, model) ?? _book?.Names.Find(provider, model);

    /// <summary>The reason why a model has no price, as one sentence; null when no further reason is known.</summary>
    private string? WhyNot(string provider, string model) => FindAny(provider, model) is { IsFreeInBook: true }
        ? $"The price book prices it 0, and Pricing.{nameof(PricingOptions.RefuseFreeModels)} is set."
        : OtherName(provider, model) ?? _book?.WhyNot(model, provider);

    /// <summary>A priced name that may be meant, as one sentence; null when there is none.</summary>
    private string? OtherName(string provider, string model)
    {
        if (!_datedNamesFallBack && DatedName.BaseOf(model) is { } undated && FindName(provider, undated) is not null)
            return $"'{undated}' has one, which Pricing.{nameof(PricingOptions.DatedNamesFallBack)} takes for its dated names, and so does an entry in Pricing.{nameof(PricingOptions.Aliases)}.";
        var other = _models.All.Concat(_book?.Names.All ?? []).FirstOrDefault(name => IsSameInAnotherCase(name, model) || IsSameInAnotherCase(name, $"{provider}/{model}"));
        return other is null ? null : $"'{other}' has one, and names are the same only in the same case: send that name, or add an entry to Pricing.{nameof(PricingOptions.Aliases)}.";
    }

    private static bool IsSameInAnotherCase(string name, string other) => name != other && name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static ModelNames WithAliases(PricingOptions pricing)
    {
        var models = pricing.Models.ToDictionary(model => model.Key, model => new PricedModel(model.Value), StringComparer.Ordinal);
        var aliases = pricing.Aliases.Select(alias =>
            KeyValuePair.Create(alias.Key, models.GetValueOrDefault(alias.Value) ?? pricing.Book!.Names.Find(provider: null, alias.Value)!));
        return new([.. models, .. aliases]);
    }
}
