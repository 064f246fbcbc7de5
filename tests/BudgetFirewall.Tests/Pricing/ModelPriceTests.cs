using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class ModelPriceTests
{
    // Prices that are powers of ten, so that a total shows how many tokens were priced as what.
    private static readonly ModelPrice Apart = new()
    {
        Input = 1m,
        CachedInput = 1_000m,
        CacheWrite = 1_000_000m,
        CacheWriteOneHour = 0.001m,
        Output = 0.000001m,
        Reasoning = 0.000000001m,
    };

    private static readonly BudgetUsage Full = new()
    {
        InputTokens = 1_000,
        CachedInputTokens = 500,
        CacheWriteTokens = 200,
        CacheWriteOneHourTokens = 100,
        OutputTokens = 80,
        ReasoningTokens = 30,
    };

    [Fact]
    public void Each_part_is_taken_out_of_its_whole_and_priced_apart()
    {
        var breakdown = Estimate(Models(Apart), Prompt("m", Full));

        breakdown.Total.Should().Be(200_500_200.100_050_030m);
        breakdown.Lines.Should().Equal(new CostLine("input_tokens", 200, 1m, 200m), new CostLine("cached_input_tokens", 500, 1_000m, 500_000m), new CostLine("cache_write_tokens", 200, 1_000_000m, 200_000_000m), new CostLine("cache_write_1h_tokens", 100, 0.001m, 0.1m), new CostLine("output_tokens", 50, 0.000001m, 0.00005m), new CostLine("reasoning_tokens", 30, 0.000000001m, 0.00000003m));
    }

    [Fact]
    public void A_part_without_a_price_costs_what_its_whole_costs_and_never_nothing()
    {
        var price = new ModelPrice { Input = 2m, Output = 0.001m };

        Estimate(Models(price), Prompt("m", Full)).Total.Should().Be(2_000.080m);
    }

    [Fact]
    public void An_hour_in_the_cache_without_a_price_costs_what_the_shorter_life_costs() =>
        Estimate(Models(Apart with { CacheWriteOneHour = null }), Prompt("m", new BudgetUsage { InputTokens = 100, CacheWriteOneHourTokens = 100 })).Total.Should().Be(100 * Apart.CacheWrite);

    [Fact]
    public void A_part_priced_at_zero_is_free_and_still_a_line()
    {
        var breakdown = Estimate(Models(new ModelPrice { Input = 2m, CachedInput = 0 }), Prompt("m", BudgetUsage.Tokens(10, 0, 4)));

        breakdown.Amounts().Should().Equal(("input_tokens", 12m), ("cached_input_tokens", 0m));
    }

    [Fact]
    public void A_model_without_an_output_price_is_an_embedding() =>
        Estimate(Models(ModelPrice.PerMillion(0.02m, 0)), Prompt("m", new BudgetUsage { InputTokens = 8191 })).Total.Should().Be(0.00016382m);

    [Fact]
    public void A_priced_model_has_no_weight_and_no_multiplier()
    {
        var breakdown = Estimate(
            prices => { Models(Apart)(prices); prices.DefaultCostPerRequest = 7; prices.Providers["openai"] = 5; prices.Operations["chat"] = 3; },
            Prompt("m", BudgetUsage.Tokens(2, 0)));

        breakdown.Amounts().Should().Equal(("input_tokens", 2m));
    }

    [Fact]
    public void A_priced_model_pays_for_other_units_but_not_for_its_tokens_twice()
    {
        var usage = BudgetUsage.Tokens(2, 3, 1) with { ResponseBytes = 2_048, Units = new Dictionary<string, decimal> { ["image"] = 2 } };

        var breakdown = Estimate(
            prices =>
            {
                prices.Models["m"] = new ModelPrice { Input = 1, Output = 1 };
                foreach (var unit in new[] { "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "total_tokens" })
                    prices.Units[unit] = 1_000;
                prices.Units["kb"] = 10;
                prices.Units["image"] = 100;
                prices.Units["request"] = 1_000;
            },
            Prompt("m", usage));

        breakdown.Amounts().Should().Equal(("input_tokens", 1m), ("cached_input_tokens", 1m), ("output_tokens", 3m), ("image", 200m), ("kb", 20m), ("request", 1_000m));
    }

    [Fact]
    public void A_model_without_a_price_is_refused()
    {
        var refused = FluentActions.Invoking(() => Estimate(Models(Apart), Prompt("M", BudgetUsage.Tokens(1, 1)))).Should().ThrowExactly<UnknownPriceException>().Which;

        refused.Model.Should().Be("M");
        refused.Provider.Should().Be("openai");
        refused.Message.Should().StartWith("There is no price for the model 'M' of the provider 'openai', so what the request costs is unknown. 'm' has one, and names are the same only in the same case: send that name, or add an entry to Pricing.Aliases. Give the request its Cost, or add the model to Pricing.Models");
        refused.Message.Should().Contain("set Pricing.UnknownModels to UseDefaultCost");
    }

    [Fact]
    public void A_model_without_a_price_costs_the_default_where_that_is_chosen()
    {
        var breakdown = Estimate(
            prices =>
            {
                prices.UnknownModels = UnknownModelPolicy.UseDefaultCost;
                prices.Providers["openai"] = 0.01m;
                prices.Operations["chat"] = 2;
                prices.Units["input_tokens"] = 0.001m;
            },
            Prompt("new", BudgetUsage.Tokens(5, 5)));

        breakdown.Amounts().Should().Equal(("base", 0.02m), ("input_tokens", 0.005m));
    }

    [Fact]
    public void Prices_per_million_are_prices_per_token() =>
        ModelPrice.PerMillion(0.15m, 0.6m, 0.075m, 1m).Should().Be(new ModelPrice { Input = 0.00000015m, Output = 0.0000006m, CachedInput = 0.000000075m, Reasoning = 0.000001m });

    [Theory]
    [InlineData("-0.000000001")]
    [InlineData("9000000000.0000000001")]
    public void A_price_outside_the_range_is_refused_by_name_and_value(string text)
    {
        var price = Exactly.Parse(text);

        AssertRefused("Input", () => new ModelPrice { Input = price });
        AssertRefused("Output", () => new ModelPrice { Input = 1, Output = price });
        AssertRefused("CachedInput", () => new ModelPrice { Input = 1, CachedInput = price });
        AssertRefused("CacheWrite", () => new ModelPrice { Input = 1, CacheWrite = price });
        AssertRefused("CacheWriteOneHour", () => new ModelPrice { Input = 1, CacheWriteOneHour = price });
        AssertRefused("Reasoning", () => new ModelPrice { Input = 1, Reasoning = price });
        AssertRefused("input", () => ModelPrice.PerMillion(price, 1));
        AssertRefused("output", () => ModelPrice.PerMillion(1, price));
        AssertRefused("cachedInput", () => ModelPrice.PerMillion(1, 1, price));
        AssertRefused("reasoning", () => ModelPrice.PerMillion(1, 1, null, price));

        void AssertRefused(string member, Func<ModelPrice> make)
        {
            var refused = FluentActions.Invoking(make).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName(member).Which;
            refused.ActualValue.Should().Be(price);
        }
    }

    private static Action<PricingOptions> Models(ModelPrice price) => prices => prices.Models["m"] = price;
}
