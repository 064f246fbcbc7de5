namespace BudgetFirewall;

/// <summary>The configured prices, frozen. Thread-safe.</summary>
internal sealed class CostCalculator(PricingOptions pricing, string currency, IReadOnlyList<IPriceModifier> modifiers)
{
    private readonly PriceTable _prices = new(pricing);
    private readonly IPriceModifier[] _modifiers = [.. modifiers];

    /// <summary>What a request costs: its own cost, or that of its usage.</summary>
    /// <exception cref="UnknownPriceException">The model has no price.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cost is above 9,000,000,000.</exception>
    /// <exception cref="InvalidOperationException">A modifier takes the cost below zero.</exception>
    public CostQuote Quote(BudgetRequest request, TimeProvider timeProvider)
    {
        if (request.Cost is { } cost)
            return new(Money.CeilingNanos(cost, nameof(request.Cost)), IsUnknown: false, NeedsUsage: false);
        var tally = new CostTally(withLines: _modifiers.Length > 0);
        AddPrices(ref tally, request, request.Usage, timeProvider);
        return tally.ToQuote();
    }

    /// <summary>What a usage of a request costs, its parts known to lie inside their wholes. The request's own cost counts only if nothing else prices it.</summary>
    /// <inheritdoc cref="Quote"/>
    public CostQuote QuoteUsage(BudgetRequest request, BudgetUsage usage, TimeProvider timeProvider)
    {
        if (request.Cost is not null && !_prices.Prices(request, usage))
            return Quote(request, timeProvider);
        var tally = new CostTally(withLines: _modifiers.Length > 0);
        AddPrices(ref tally, request, usage, timeProvider);
        return tally.ToQuote();
    }

    /// <summary>As <see cref="Quote"/>, line by line.</summary>
    /// <inheritdoc cref="Quote"/>
    public CostBreakdown Estimate(BudgetRequest request, TimeProvider timeProvider)
    {
        var tally = new CostTally(withLines: true);
        if (request.Cost is { } cost)
            tally.Add(CostLineNames.Cost, 1, cost);
        else
            AddPrices(ref tally, request, request.Usage, timeProvider);
        return tally.ToBreakdown(currency);
    }

    private void AddPrices(ref CostTally tally, BudgetRequest request, BudgetUsage? usage, TimeProvider timeProvider)
    {
        var model = _prices.ModelPriceOf(request, usage);
        if (model is not null)
            model.AddTo(ref tally, usage);
        else
            tally.Add(CostLineNames.Base, _prices.Multiplier(request.Operation), _prices.Weight(request.Provider));
        AddVolume(ref tally, usage, model);
        if (_modifiers.Length > 0)
            AddModifiers(ref tally, request with { Usage = usage, Cost = null }, timeProvider);
    }

    private void AddVolume(ref CostTally tally, BudgetUsage? usage, ModelRates? model)
    {
        foreach (var unit in _prices.Units)
        {
            if (model is not null && (unit.CountsTokens || model.HasUnit(unit.Name)))
                continue;
            if (unit.CountsRequests)
                tally.Add(unit.Name, 1, unit.Price);
            else if (usage is null)
                tally.MissUsage(isFree: unit.Price == 0, isOfModel: false);
            else if (usage.TryGetUnit(unit.Name, out var amount))
                tally.Add(unit.Name, amount, unit.Price);
        }
    }

    private void AddModifiers(ref CostTally tally, BudgetRequest request, TimeProvider timeProvider)
    {
        foreach (var modifier in _modifiers)
            tally.AddLineOf(modifier, request, currency, timeProvider.GetUtcNow());
    }
}
