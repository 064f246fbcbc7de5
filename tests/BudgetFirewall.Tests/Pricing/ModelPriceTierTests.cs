using FsCheck;
using FsCheck.Fluent;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class ModelPriceTierTests
{
    private static readonly ModelPrice Price = new()
    {
        Input = 1,
        CachedInput = 0.5m,
        Output = 10,
        Units = new Dictionary<string, decimal> { ["query"] = 100, ["request"] = 1_000 },
        ServiceTiers = new Dictionary<string, ModelPriceTier>
        {
            ["batch"] = new() { Input = 0.25m, Units = new Dictionary<string, decimal> { ["query"] = 50 } },
            ["priority"] = new() { Output = 20, LongContext = new Dictionary<long, ModelPriceTier> { [1_000] = new() { Output = 40 }, [5_000] = new() { Input = 8 } } },
        },
        LongContext = new Dictionary<long, ModelPriceTier>
        {
            [1_000] = new() { Input = 2, Output = 30 },
            [2_000] = new() { Input = 3, CachedInput = 1.5m, Reasoning = 7 },
        },
    };

    [Theory]
    [InlineData(null, "1", "10")]
    [InlineData("standard", "1", "10")]
    [InlineData("Batch", "1", "10")]
    [InlineData("batch", "0.25", "10")]
    [InlineData("priority", "1", "20")]
    public void A_service_tier_falls_back_to_the_standard_price_by_price(string? tier, string input, string output) =>
        AssertPrices(tier, inputTokens: 1_000, input, output);

    [Theory]
    [InlineData(1_000, "1", "10")]
    [InlineData(1_001, "2", "30")]
    [InlineData(2_000, "2", "30")]
    [InlineData(2_001, "3", "30")]
    [InlineData(9_000_000, "3", "30")]
    public void A_prompt_longer_than_a_threshold_switches_all_tokens(long inputTokens, string input, string output) =>
        AssertPrices(null, inputTokens, input, output);

    [Theory]
    [InlineData("priority", 1_001, "2", "40")]
    [InlineData("priority", 2_001, "3", "40")]
    [InlineData("priority", 5_001, "8", "40")]
    [InlineData("batch", 1_001, "2", "30")]
    [InlineData("unknown", 5_001, "3", "30")]
    public void In_a_long_context_a_service_tier_falls_back_to_the_standard_long_context_first(string tier, long inputTokens, string input, string output) =>
        AssertPrices(tier, inputTokens, input, output);

    [Fact]
    public void The_whole_prompt_decides_what_is_long_with_what_was_cached_and_written()
    {
        var usage = new BudgetUsage { InputTokens = 2_001, CachedInputTokens = 1_000, CacheWriteTokens = 1_000, OutputTokens = 4, ReasoningTokens = 2 };

        var breakdown = Estimate(Models(Price), Prompt("m", usage));

        breakdown.Amounts().Should().Equal(("input_tokens", 3m), ("cached_input_tokens", 1_500m), ("cache_write_tokens", 3_000m), ("output_tokens", 60m), ("reasoning_tokens", 14m), ("request", 1_000m));
    }

    [Fact]
    public void The_prices_of_units_have_tiers_too() =>
        Estimate(Models(Price), Prompt("m", new() { InputTokens = 1, ServiceTier = "batch", Units = new Dictionary<string, decimal> { ["query"] = 2 } })).Amounts().Should().Equal(("input_tokens", 0.25m), ("query", 100m), ("request", 1_000m));

    [Fact]
    public async Task The_service_tier_of_the_answer_decides_what_is_committed()
    {
        await using var firewall = With(Models(Price));
        await using var reservation = await firewall.ReserveAsync(Prompt("m", BudgetUsage.Tokens(1_000, 0)));

        var receipt = await reservation.CommitAsync(BudgetUsage.Tokens(1_000, 0) with { ServiceTier = "batch" });

        (reservation.Cost, receipt.Cost).Should().Be((2_000m, 1_250m));
    }

    [Fact]
    public void A_model_that_is_free_but_in_a_tier_is_unknown_without_usage()
    {
        var free = new ModelPrice { Input = 0 };

        Estimate(Models(free with { LongContext = new Dictionary<long, ModelPriceTier> { [9] = new() { Input = 1 } } }), Prompt("m")).IsUnknown.Should().BeTrue();
        Estimate(Models(free with { ServiceTiers = new Dictionary<string, ModelPriceTier> { ["priority"] = new() { Output = 1 } } }), Prompt("m")).IsUnknown.Should().BeTrue();
        Estimate(Models(free with { ServiceTiers = new Dictionary<string, ModelPriceTier> { ["priority"] = new() { LongContext = new Dictionary<long, ModelPriceTier> { [9] = new() { Input = 1 } } } } }), Prompt("m")).IsUnknown.Should().BeTrue();
        Estimate(Models(free with { LongContext = new Dictionary<long, ModelPriceTier> { [9] = new() { Input = 0 } } }), Prompt("m")).IsUnknown.Should().BeFalse();
    }

    [Fact]
    public void Any_tiers_price_any_usage_as_the_rules_read() =>
        Prop.ForAll((from prices in TieredPrices.Any from usage in TieredPrices.AnyUsage select (prices, usage)).ToArbitrary(), given =>
        {
            var expected = given.prices.CostOf(given.usage);

            Estimate(Models(given.prices.ToModelPrice()), Prompt("m", given.usage)).Total.Should().Be(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Prices_compare_by_content_tiers_included()
    {
        var same = Price with
        {
            ServiceTiers = Price.ServiceTiers!.ToDictionary(),
            LongContext = new Dictionary<long, ModelPriceTier> { [2_000] = new() { Input = 3.0m, CachedInput = 1.50m, Reasoning = 7 }, [1_000] = new() { Input = 2, Output = 30 } },
        };

        same.Should().Be(Price);
        same.GetHashCode().Should().Be(Price.GetHashCode());
        Price.Equals(null).Should().BeFalse();
        (Price! with { Input = 2 }).Should().NotBe(Price);
        (Price with { Output = 2 }).Should().NotBe(Price);
        (Price with { ServiceTiers = null }).Should().NotBe(Price);
        (Price with { Units = null }).Should().NotBe(Price);
        (Price with { AudioInput = 1 }).Should().NotBe(Price);
        (Price with { LongContext = new Dictionary<long, ModelPriceTier> { [1_000] = new() { Input = 2 } } }).Should().NotBe(Price);
    }

    [Fact]
    public void Tiers_compare_by_content()
    {
        var tier = new ModelPriceTier
        {
            Input = 1, Units = new Dictionary<string, decimal> { ["query"] = 2 }, LongContext = new Dictionary<long, ModelPriceTier> { [9] = new() { Output = 3 } },
        };
        var same = tier with { Input = 1.0m, Units = tier.Units!.ToDictionary(), LongContext = tier.LongContext!.ToDictionary() };

        same.Should().Be(tier);
        same.GetHashCode().Should().Be(tier.GetHashCode());
        tier.Equals(null).Should().BeFalse();
        (tier! with { Input = null }).Should().NotBe(tier);
        (tier with { ImageOutput = 1 }).Should().NotBe(tier);
        (tier with { Units = new Dictionary<string, decimal> { ["query"] = 3 } }).Should().NotBe(tier);
        (tier with { LongContext = null }).Should().NotBe(tier);
        (tier with { ImageOutput = 1 }).GetHashCode().Should().NotBe(tier.GetHashCode());
    }

    [Fact]
    public void A_threshold_is_from_one_token_to_nine_million_million()
    {
        var price = Price with { LongContext = new Dictionary<long, ModelPriceTier> { [1] = new() { Input = 2 }, [9_000_000_000_000] = new() { Input = 3 } } };

        price.LongContext!.Keys.Should().Equal(1, 9_000_000_000_000);
    }

    [Fact]
    public void Prices_keep_a_copy_of_their_tiers()
    {
        var tiers = new Dictionary<string, ModelPriceTier> { ["batch"] = new() { Input = 1 } };
        var price = new ModelPrice { Input = 2, ServiceTiers = tiers };

        tiers.Clear();

        price.ServiceTiers!["batch"].Input.Should().Be(1);
    }

    [Fact]
    public void Prices_of_tiers_per_million_are_prices_per_token() =>
        ModelPriceTier.PerMillion(1, 2, 0.1m, 3).Should().Be(new ModelPriceTier { Input = 0.000001m, Output = 0.000002m, CachedInput = 0.0000001m, Reasoning = 0.000003m });

    [Fact]
    public void What_cannot_be_a_tier_is_refused_by_name()
    {
        var tier = new ModelPriceTier { Input = 1 };
        var service = tier with { LongContext = new Dictionary<long, ModelPriceTier> { [1] = tier } };

        FluentActions.Invoking(() => Price with { LongContext = new Dictionary<long, ModelPriceTier> { [0] = tier } }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("LongContext[0]");
        FluentActions.Invoking(() => Price with { LongContext = new Dictionary<long, ModelPriceTier> { [9_000_000_000_001] = tier } }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("LongContext[9000000000001]");
        FluentActions.Invoking(() => Price with { LongContext = new Dictionary<long, ModelPriceTier> { [5] = null! } }).Should().ThrowExactly<ArgumentNullException>().WithParameterName("LongContext[5]");
        FluentActions.Invoking(() => Price with { LongContext = new Dictionary<long, ModelPriceTier> { [5] = service } }).Should().ThrowExactly<ArgumentException>().WithParameterName("LongContext[5]");
        FluentActions.Invoking(() => Price with { ServiceTiers = new Dictionary<string, ModelPriceTier> { ["batch"] = null! } }).Should().ThrowExactly<ArgumentNullException>().WithParameterName("ServiceTiers[batch]");
        FluentActions.Invoking(() => Price with { ServiceTiers = new Dictionary<string, ModelPriceTier> { [""] = tier } }).Should().ThrowExactly<ArgumentException>().WithParameterName("ServiceTiers");
        FluentActions.Invoking(() => Price with { Units = new Dictionary<string, decimal> { ["input_tokens"] = 1 } }).Should().ThrowExactly<ArgumentException>().WithParameterName("Units");
        FluentActions.Invoking(() => Price with { Units = new Dictionary<string, decimal> { [""] = 1 } }).Should().ThrowExactly<ArgumentException>().WithParameterName("Units");
        FluentActions.Invoking(() => Price with { Units = new Dictionary<string, decimal> { ["image"] = -1 } }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Units[image]");
        FluentActions.Invoking(() => new ModelPriceTier { Output = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Output");
        FluentActions.Invoking(() => ModelPriceTier.PerMillion(output: -1)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("output");
    }

    private static void AssertPrices(string? tier, long inputTokens, string input, string output)
    {
        var usage = new BudgetUsage { InputTokens = inputTokens, OutputTokens = 1, ServiceTier = tier };

        var lines = Estimate(Models(Price), Prompt("m", usage)).Lines;

        lines[0].Should().Be(new CostLine("input_tokens", inputTokens, Exactly.Parse(input), inputTokens * Exactly.Parse(input)));
        lines[1].Should().Be(new CostLine("output_tokens", 1, Exactly.Parse(output), Exactly.Parse(output)));
    }

    private static Action<PricingOptions> Models(ModelPrice price) => prices => prices.Models["m"] = price;
}
