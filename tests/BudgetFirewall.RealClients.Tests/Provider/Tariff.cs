namespace BudgetFirewall.RealClients.Tests;

/// <summary>
/// The provider's prices, and its own reckoning with them: plain decimals that share nothing with the library's calculator.
/// An amount is rounded once, up, to a billionth of a currency unit.
/// </summary>
internal static class Tariff
{
    public const string Chat = "gpt-5-mini";
    public const string Reasoner = "o4-mini";
    public const string Embedder = "text-embedding-3-small";
    public const string Claude = "claude-sonnet-4-5";
    public const string Flex = "flex";
    public const string Priority = "priority";

    // Per million tokens. Some are so fine that a single token is no whole number of nanos.
    private static readonly Dictionary<(string Model, string? Tier), Rates> PerMillion = new()
    {
        [(Chat, null)] = new(0.25m, 2m, Cached: 0.0275m),
        [(Chat, Flex)] = new(0.125m, 1m, Cached: 0.0135m),
        [(Reasoner, null)] = new(1.1m, 4.4m, Cached: 0.275m) { Reasoning = 5.5005m },
        [(Embedder, null)] = new(0.0205m, 0, Cached: 0.0205m),
        [(Claude, null)] = new(3m, 15m, Cached: 0.3m) { CacheWrite = 3.75m, CacheWriteOneHour = 6m },
        [(Claude, Priority)] = new(4.5m, 22.5m, Cached: 0.45m) { CacheWrite = 5.625m, CacheWriteOneHour = 9m },
    };

    /// <summary>The amount that the provider bills for an answer.</summary>
    public static decimal Bill(string model, ReportedUsage reported)
    {
        var rates = PerMillion[(model, reported.Tier)];
        var millionths =
            (reported.Plain * rates.Input) + (reported.Cached * rates.Cached) + (reported.CacheWrite * rates.CacheWrite) + (reported.CacheWriteOneHour * rates.CacheWriteOneHour)
            + ((reported.Output - reported.Reasoning) * rates.Output) + (reported.Reasoning * (rates.Reasoning ?? rates.Output));
        return Math.Ceiling(millionths * 1_000m) / 1_000_000_000m;
    }

    /// <summary>Writes the prices into the firewall's configuration.</summary>
    public static void Price(PricingOptions pricing)
    {
        foreach (var ((model, tier), rates) in PerMillion)
        {
            if (tier is null)
                pricing.Models[model] = Price(rates) with { ServiceTiers = Tiers(model) };
        }
    }

    private static Dictionary<string, ModelPriceTier> Tiers(string model) => PerMillion
        .Where(priced => priced.Key.Model == model && priced.Key.Tier is not null)
        .ToDictionary(priced => priced.Key.Tier!, priced => Tier(priced.Value));

    private static ModelPrice Price(Rates rates) => new()
    {
        Input = rates.Input / 1_000_000m,
        Output = rates.Output / 1_000_000m,
        CachedInput = rates.Cached / 1_000_000m,
        CacheWrite = rates.CacheWrite / 1_000_000m,
        CacheWriteOneHour = rates.CacheWriteOneHour / 1_000_000m,
        Reasoning = rates.Reasoning / 1_000_000m,
    };

    private static ModelPriceTier Tier(Rates rates) => new()
    {
        Input = rates.Input / 1_000_000m,
        Output = rates.Output / 1_000_000m,
        CachedInput = rates.Cached / 1_000_000m,
        CacheWrite = rates.CacheWrite / 1_000_000m,
        CacheWriteOneHour = rates.CacheWriteOneHour / 1_000_000m,
    };

    private sealed record Rates(decimal Input, decimal Output, decimal Cached)
    {
        public decimal CacheWrite { get; init; }

        public decimal CacheWriteOneHour { get; init; }

        public decimal? Reasoning { get; init; }
    }
}
