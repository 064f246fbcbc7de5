namespace BudgetFirewall;

/// <summary>
/// A model's prices, worked out for each service tier and length of prompt, so that each call only selects its own. Thread-safe.
/// They are worked out at the first call: a program uses few of the thousands of models of a book.
/// </summary>
internal sealed class PricedModel(ModelPrice price, bool isOfBook = false)
{
    private const long Always = -1;

    private ServiceTier[]? _serviceTiers;

    /// <summary>The prices as they were given.</summary>
    public ModelPrice Price => price;

    /// <summary>True for a model of a book that costs nothing.</summary>
    public bool IsFreeInBook { get; } = isOfBook && price.IsFree;

    /// <summary>The prices that a call with this usage pays. Without usage, those of a standard call with a short prompt.</summary>
    public ModelRates RatesFor(BudgetUsage? usage)
    {
        // Two threads may both compute them, with the same result.
        var contexts = ContextsOf(_serviceTiers ??= WorkOut(), usage?.ServiceTier);
        var tokens = usage?.InputTokens ?? 0;
        var i = 0;
        while (contexts[i].AboveTokens >= tokens)
            i++;
        return contexts[i].Rates;
    }

    private static Context[] ContextsOf(ServiceTier[] tiers, string? name)
    {
        for (var i = 1; name is not null && i < tiers.Length; i++)
        {
            if (tiers[i].Name == name)
                return tiers[i].Contexts;
        }
        return tiers[0].Contexts;
    }

    // The standard one, without a name, comes first.
    private ServiceTier[] WorkOut() =>
        [new(null, ContextsOf(tier: null)), .. (Price.ServiceTiers ?? new Dictionary<string, ModelPriceTier>()).Select(tier => new ServiceTier(tier.Key, ContextsOf(tier.Value)))];

    private Context[] ContextsOf(ModelPriceTier? tier)
    {
        var all = AllSets().ToList();
        var chargesTokens = all.Exists(set => set.ChargesTokens);
        string[] chargedUnits = [.. all.SelectMany(set => set.ChargedUnits).Distinct()];
        long[] thresholds = [.. Thresholds(Price.LongContext).Union(Thresholds(tier?.LongContext)).OrderDescending()];
        return [.. thresholds.Append(Always).Select(above => new Context(above, new([.. SetsFor(tier, thresholds, above)], chargesTokens, chargedUnits)))];
    }

    /// <summary>The sets of prices that apply above a threshold of input tokens, the most specific first.</summary>
    private IEnumerable<PriceSet> SetsFor(ModelPriceTier? tier, long[] thresholds, long above)
    {
        foreach (var threshold in thresholds.Where(threshold => threshold <= above))
        {
            if (tier?.LongContext?.GetValueOrDefault(threshold) is { } ofTier)
                yield return ofTier.Prices;
            if (Price.LongContext?.GetValueOrDefault(threshold) is { } ofStandard)
                yield return ofStandard.Prices;
        }
        if (tier is not null)
            yield return tier.Prices;
        yield return Price.Prices;
    }

    private IEnumerable<PriceSet> AllSets()
    {
        var tiers = Tiers(Price.LongContext);
        foreach (var tier in Price.ServiceTiers?.Values ?? [])
            tiers = tiers.Append(tier).Concat(Tiers(tier.LongContext));
        return tiers.Select(tier => tier.Prices).Prepend(Price.Prices);
    }

    private static IEnumerable<long> Thresholds(IReadOnlyDictionary<long, ModelPriceTier>? longContext) => longContext?.Keys ?? [];

    private static IEnumerable<ModelPriceTier> Tiers(IReadOnlyDictionary<long, ModelPriceTier>? longContext) => longContext?.Values ?? [];

    private sealed record ServiceTier(string? Name, Context[] Contexts);

    private readonly record struct Context(long AboveTokens, ModelRates Rates);
}
