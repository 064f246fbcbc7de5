using System.Globalization;
using System.Text.Json;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>Costs by published prices, from <c>Vectors/pricing.json</c>.</summary>
public sealed class PricingVectorTests
{
    private static readonly JsonElement Vectors = Read();

    public static TheoryData<string> Cases { get; } = [.. Vectors.GetProperty("cases").EnumerateArray().Select(one => one.GetRawText())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_call_costs_what_the_published_prices_say(string vector)
    {
        var call = JsonElement.Parse(vector);
        var model = call.GetProperty("model").GetString()!;

        AssertCost(call, Estimate(prices => prices.Models[model] = PriceOf(model), Prompt(model, UsageOf(call))));
        AssertCost(call, Estimate(prices => prices.Book = new(Vectors.GetProperty("models").EnumerateObject().ToDictionary(one => one.Name, one => PriceOf(one.Name))), Prompt(model, UsageOf(call))));
    }

    [Fact]
    public void Every_tier_of_the_data_is_reached_by_a_case()
    {
        Cases.Count.Should().Be(13);
        Vectors.GetProperty("models").EnumerateObject()
            .SelectMany(model => model.Value.EnumerateObject()).Select(field => field.Name).Distinct().Order(StringComparer.Ordinal).Should().Equal("above", "cache_read", "cache_write", "cached_input", "input", "output", "tiers", "tiers_by_service");
    }

    private static void AssertCost(JsonElement call, CostBreakdown breakdown)
    {
        breakdown.Total.Should().Be(Number(call, "cost"));
        breakdown.IsUnknown.Should().BeFalse();
        breakdown.Lines.Should().NotContain(line => line.Name == "rounding");
    }

    private static ModelPrice PriceOf(string name)
    {
        var model = Vectors.GetProperty("models").GetProperty(name);
        var ranges = model.TryGetProperty("tiers", out var tiers) ? tiers.EnumerateArray().ToArray() : [];
        var standard = Tier(ranges is [var first, ..] ? first : model);
        return new ModelPrice
        {
            Input = standard.Input!.Value,
            Output = standard.Output ?? 0,
            CachedInput = standard.CachedInput,
            CacheWrite = standard.CacheWrite,
            ServiceTiers = Entries(model, "tiers_by_service").ToDictionary(tier => tier.Name, tier => Tier(tier.Value)),
            LongContext = Entries(model, "above").Select(tier => (Above: long.Parse(tier.Name, CultureInfo.InvariantCulture), Prices: Tier(tier.Value)))
                .Concat(ranges.Zip(ranges.Skip(1), (former, range) => (Above: Count(former, "up_to"), Prices: Tier(range))))
                .ToDictionary(tier => tier.Above, tier => tier.Prices),
        };
    }

    private static ModelPriceTier Tier(JsonElement prices) => new()
    {
        Input = Number(prices, "input"),
        Output = Number(prices, "output"),
        CachedInput = Number(prices, "cached_input") ?? Number(prices, "cache_read"),
        CacheWrite = Number(prices, "cache_write"),
    };

    // In these data cache writes and cache reads stand beside the input; in a usage they lie inside it.
    private static BudgetUsage UsageOf(JsonElement call) => new()
    {
        InputTokens = Count(call, "input") + Count(call, "cache_write") + Count(call, "cache_read"),
        CachedInputTokens = Count(call, "cached_input") + Count(call, "cache_read"),
        CacheWriteTokens = Count(call, "cache_write"),
        OutputTokens = Count(call, "output"),
        ServiceTier = call.TryGetProperty("service", out var tier) ? tier.GetString() : null,
    };

    private static JsonElement.ObjectEnumerator Entries(JsonElement model, string name) => model.TryGetProperty(name, out var map) ? map.EnumerateObject() : default;

    private static long Count(JsonElement call, string name) => call.TryGetProperty(name, out var count) ? count.GetInt64() : 0;

    private static decimal? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var text) ? decimal.Parse(text.GetString()!, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : null;

    private static JsonElement Read()
    {
        using var stream = typeof(PricingVectorTests).Assembly.GetManifestResourceStream("pricing.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
