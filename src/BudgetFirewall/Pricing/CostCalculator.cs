namespace BudgetFirewall;

/// <summary>The configured prices, frozen. Thread-safe.</summary>
internal sealed class CostCalculator(PricingOptions pricing, string currency, decimal maxCost, IReadOnlyList<IPriceModifier> modifiers)
{
    private readonly PriceTable _prices = new(pricing);
    private readonly long _maxNanos = (long)decimal.Floor(maxCost * Money.NanosPerUnit);
    private readonly IPriceModifier[] _modifiers = [.. modifiers];

    /// <summary>True when any price is configured, so that a request that gives no cost can have one.</summary>
    public bool HasPrices => _prices.HasPrices;

    /// <summary>Computes the cost of a request: the cost that it gives, or else that of its usage.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is above the highest one allowed.</exception>
    /// <exception cref="InvalidOperationException">A modifier takes the cost below zero.</exception>
    public CostQuote Quote(BudgetRequest request, TimeProvider timeProvider) => request.Cost is { } cost
        ? new(CheckedNanos(cost, nameof(request.Cost)), IsUnknown: false)
        : QuotePrices(request, request.Usage, timeProvider);

    /// <summary>
    /// Computes the cost of a usage of a request. The parts of the usage are known not to exceed their wholes. The cost that the request gives counts only if
    /// nothing prices the usage.
    /// </summary>
    /// <inheritdoc cref="Quote"/>
    public CostQuote QuoteUsage(BudgetRequest request, BudgetUsage usage, TimeProvider timeProvider) => request.Cost is not null && !_prices.Prices(request, usage)
        ? Quote(request, timeProvider)
        : QuotePrices(request, usage, timeProvider);

    /// <summary>Computes the same cost as <see cref="Quote"/>, line by line.</summary>
    /// <exception cref="UnknownPriceException">Nothing prices the request.</exception>
    /// <inheritdoc cref="Quote"/>
    public CostBreakdown Estimate(BudgetRequest request, TimeProvider timeProvider) => TryEstimate(request, timeProvider) ?? throw UnknownPrice(request);

    /// <summary>Computes the same cost as <see cref="Quote"/>, line by line; null when nothing prices the request.</summary>
    /// <inheritdoc cref="Quote"/>
    public CostBreakdown? TryEstimate(BudgetRequest request, TimeProvider timeProvider)
    {
        var tally = new CostTally(withLines: true, maxCost);
        if (request.Cost is { } cost)
            tally.Add(CostLineNames.Cost, 1, cost <= maxCost ? cost : throw MaxCost.Exceeded(cost, maxCost, nameof(request.Cost)));
        else
            AddPrices(ref tally, request, request.Usage, timeProvider);
        return tally.IsUnpriced ? null : tally.ToBreakdown(currency);
    }

    /// <summary>Computes the same cost as <see cref="QuoteUsage"/>, or without a usage as <see cref="Quote"/>, line by line; null when nothing prices it.</summary>
    /// <inheritdoc cref="Quote"/>
    public CostBreakdown? TryEstimate(BudgetRequest request, BudgetUsage? usage, TimeProvider timeProvider)
    {
        var isGiven = usage is null || (request.Cost is not null && !_prices.Prices(request, usage));
        return TryEstimate(isGiven ? request : request with { Usage = usage, Cost = null }, timeProvider);
    }

    /// <summary>Converts a given cost to nanos, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is above the highest one allowed, or below zero.</exception>
    public long CheckedNanos(decimal cost, string member)
    {
        // Decimals are compared in several times the time of the nanos that nearly every cost is a whole number of.
        if (Money.TryWholeNanos(cost, out var nanos) && nanos <= _maxNanos)
            return nanos;
        return cost is >= 0 && cost <= maxCost ? Money.CeilingNanos(cost) : throw MaxCost.Exceeded(cost, maxCost, member);
    }

    /// <summary>Makes the exception that says why a usage of unknown cost cannot be charged to an enforced money budget.</summary>
    /// <param name="request">The request.</param>
    /// <param name="usage">The usage; null when none is given.</param>
    /// <param name="operationId">The operation's id.</param>
    /// <param name="need">The end of the sentence that says what the price of a model needs.</param>
    /// <param name="member">The argument that is incomplete.</param>
    /// <param name="timeProvider">The clock.</param>
    public Exception WhyUnknown(BudgetRequest request, BudgetUsage? usage, string operationId, string need, string member, TimeProvider timeProvider)
    {
        var tally = new CostTally(withLines: _modifiers.Length > 0, maxCost);
        AddPrices(ref tally, request, usage, timeProvider);
        if (tally.IsModelMissingUsage)
            return new ArgumentException($"The price of the model '{DisplayText.Escape(request.Model)}' needs {need}", member);
        return tally.IsUnpriced ? UnknownPrice(request, operationId) : UnknownPriceException.ForWantOfUsage(request.Provider, request.Model, _prices.ChargedUnits, operationId);
    }

    private UnknownPriceException UnknownPrice(BudgetRequest request, string? operationId = null) =>
        new(request.Provider, request.Model, _prices.WhyNot(request)) { OperationId = operationId };

    private CostQuote QuotePrices(BudgetRequest request, BudgetUsage? usage, TimeProvider timeProvider)
    {
        var tally = new CostTally(withLines: _modifiers.Length > 0, maxCost);
        AddPrices(ref tally, request, usage, timeProvider);
        return tally.ToQuote();
    }

    private void AddPrices(ref CostTally tally, BudgetRequest request, BudgetUsage? usage, TimeProvider timeProvider)
    {
        var model = _prices.ModelPriceOf(request, usage, out var isRefused);
        if (isRefused || !TryAddPrices(ref tally, request, usage, model))
            tally.MissPrice();
        else if (_modifiers.Length > 0)
            AddModifiers(ref tally, request with { Usage = usage, Cost = null }, timeProvider);
    }

    /// <summary>Adds the priced parts of a request; false when nothing prices it.</summary>
    private bool TryAddPrices(ref CostTally tally, BudgetRequest request, BudgetUsage? usage, ModelRates? model)
    {
        var isPriced = true;
        if (model is not null)
            model.AddTo(ref tally, usage);
        else if (_prices.Weight(request.Provider) is { } weight)
            tally.Add(CostLineNames.Base, _prices.Multiplier(request.Operation), weight);
        else
            isPriced = false;
        return AddVolume(ref tally, usage, model) || isPriced;
    }

    /// <summary>Adds the priced units of a usage; false when none of them prices the request.</summary>
    private bool AddVolume(ref CostTally tally, BudgetUsage? usage, ModelRates? model)
    {
        var isPriced = false;
        foreach (var unit in _prices.Units)
        {
            if (model is not null && (unit.CountsTokens || model.HasUnit(unit.Name)))
                continue;
            if (unit.CountsRequests)
            {
                tally.Add(unit.Name, 1, unit.Price);
                isPriced = true;
            }
            else if (usage is null)
            {
                // An item that is free costs nothing, however much of it is used.
                if (unit.Price == 0)
                    continue;
                tally.MissUsage(isOfModel: false);
                isPriced = true;
            }
            else if (usage.TryGetUnit(unit.Name, out var amount))
            {
                tally.Add(unit.Name, amount, unit.Price);
                isPriced |= unit.IsReported(amount);
            }
        }
        return isPriced;
    }

    private void AddModifiers(ref CostTally tally, BudgetRequest request, TimeProvider timeProvider)
    {
        foreach (var modifier in _modifiers)
            tally.AddLineOf(modifier, request, currency, timeProvider.GetUtcNow());
    }
}
