namespace BudgetFirewall;

/// <summary>
/// The prices: <c>total = base × multiplier + volume</c>, or token counts times the model's prices where the request names a priced model.
/// All in currency units. Prices, weights and multipliers are 0 to 9,000,000,000; names are 1 to 256 characters and compare ordinally.
/// Copied and checked when they take effect.
/// </summary>
/// <remarks>
/// Unknown is not zero: a request without a price is not free. A check of unknown cost needs something remaining in each hard, throttled or escalating money budget that it meets; a
/// reserve, spend or charge that meets one is an <see cref="UnknownPriceException"/>. Where only soft money budgets are met it counts 0, and says so
/// (<see cref="BudgetDecision.IsCostUnknown"/>). Where no money budget is met no price is needed. A cost is computed without intermediate rounding, however
/// fine the prices, and rounded once, up, to 0.000000001. A price of zero makes something free; it makes no cost unknown.
/// </remarks>
public sealed class PricingOptions
{
    /// <summary>
    /// The price of a request of a provider that is not listed, before its multiplier. Null, the default: it has no base price, and unless its model, a unit of its usage or its own cost
    /// prices it, its cost is unknown; see <see cref="UnknownProviders"/>. 0 makes such requests free.
    /// </summary>
    public decimal? DefaultCostPerRequest { get; set; }

    /// <summary>The cost of a request to each provider before the operation's multiplier.</summary>
    public IDictionary<string, decimal> Providers { get; } = new Dictionary<string, decimal>(StringComparer.Ordinal);

    /// <summary>The factor of each operation; 1 where it is not listed. It applies to the base only.</summary>
    public IDictionary<string, decimal> Operations { get; } = new Dictionary<string, decimal>(StringComparer.Ordinal);

    /// <summary>
    /// The price of one unit of each usage unit: <c>kb</c> and <c>mb</c> (bytes ÷ 1,024 and ÷ 1,048,576, fractional), <c>request</c> (always 1), or any other name.
    /// Token units price requests without a priced model, each by itself: a price of <c>cached_input_tokens</c> comes on top of that of the <c>input_tokens</c> they lie in.
    /// A priced model's own prices take their place.
    /// </summary>
    public IDictionary<string, decimal> Units { get; } = new Dictionary<string, decimal>(StringComparer.Ordinal);

    /// <summary>The prices of each model; they win over those of <see cref="Book"/>. A request for one of them has no base and no multiplier.</summary>
    public IDictionary<string, ModelPrice> Models { get; } = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);

    /// <summary>
    /// A book of prices for models that <see cref="Models"/> does not price; null for none. <see cref="ModelPriceBook"/> describes how names are found.
    /// </summary>
    public ModelPriceBook? Book { get; set; }

    /// <summary>
    /// Other names of models: the priced name of each, one of <see cref="Models"/> or of <see cref="Book"/>. They win over names of the book.
    /// A name that leads nowhere, or that has a price in <see cref="Models"/>, is an error.
    /// </summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// True when a model with a date at its end (<c>gpt-4o-2024-08-06</c>, <c>claude-sonnet-4-20250514</c>, <c>claude-sonnet-4@20250514</c>) that has no price
    /// is to have that of its name without the date. Default false: it has no price, since prices differ between dates.
    /// </summary>
    public bool DatedNamesFallBack { get; set; }

    /// <summary>
    /// The cost of a request that nothing prices: no cost of its own, no model with a price, no listed provider, no priced unit in its usage, no <see cref="DefaultCostPerRequest"/>.
    /// Default: unknown, which no hard, throttled or escalating money budget lets be reserved, spent or charged. A request that names a model is first subject to <see cref="UnknownModels"/>.
    /// </summary>
    public UnknownProviderPolicy UnknownProviders { get; set; }

    /// <summary>
    /// True when a model of <see cref="Book"/> whose standard prices are all 0 is to count as a model without a price, as <see cref="UnknownModels"/> says.
    /// Default false: it is free, and no budget limits it.
    /// A model that <see cref="Models"/> prices 0 stays free. <see cref="ModelPriceImport.Free"/> lists those of a price file.
    /// </summary>
    public bool RefuseFreeModels { get; set; }

    /// <summary>Decides the cost of a request whose model has no price. Default <see cref="UnknownModelPolicy.Refuse"/>: the cost is unknown, and a reserve, spend or charge that meets a hard, throttled or escalating money budget is refused.</summary>
    public UnknownModelPolicy UnknownModels { get; set; }
}
