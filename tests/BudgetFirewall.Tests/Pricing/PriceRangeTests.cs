using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>The import of price files: tables of ranges.</summary>
public sealed class PriceRangeTests
{
    [Fact]
    public void A_table_of_ranges_prices_each_whole_call_by_its_range()
    {
        var book = PriceFile.Entry("""
            {
                "mode": "chat", "output_cost_per_token": 0.006,
                "tiered_pricing": [
                    { "range": [32000.0, 128000.0], "input_cost_per_token": 0.002, "output_cost_per_token": 0.009, "cache_read_input_token_cost": 0.0005 },
                    { "range": [0, 32000], "input_cost_per_token": 0.001, "output_cost_per_token": 0.004, "cache_read_input_token_cost": 0.00025, "output_cost_per_reasoning_token": 0.005 },
                    { "range": [128000, null], "input_cost_per_token": "0.003" }
                ]
            }
            """);

        Cost(32_000).Should().Be((0.001m * 31_999) + 0.00025m + 0.004m + 0.005m);
        Cost(32_001).Should().Be((0.002m * 32_000) + 0.0005m + 0.009m + 0.009m);
        Cost(128_000).Should().Be((0.002m * 127_999) + 0.0005m + 0.009m + 0.009m);
        Cost(128_001).Should().Be((0.003m * 128_001) + 0.006m + 0.006m);
        Cost(9_000_000).Should().Be((0.003m * 9_000_000) + 0.006m + 0.006m);
        book.Import!.Warnings.Should().BeEmpty();

        decimal Cost(long input) => Estimate(
            prices => prices.Book = book,
            Prompt("m", new() { InputTokens = input, CachedInputTokens = 1, OutputTokens = 2, ReasoningTokens = 1 })).Total;
    }

    [Theory]
    [InlineData("""{ "range": [10, 20], "input_cost_per_token": 0.001 }, { "range": [20, 30], "input_cost_per_token": 0.002 }""", 10)]
    [InlineData("""{ "range": [0, 19], "input_cost_per_token": 0.001 }, { "range": [20, 30], "input_cost_per_token": 0.002 }""", 20)]
    [InlineData("""{ "range": [0, 25], "input_cost_per_token": 0.001 }, { "range": [20, 30], "input_cost_per_token": 0.002 }""", 20)]
    public void A_table_with_a_hole_holds_each_range_until_the_next_and_says_so(string ranges, long lastOfFirst)
    {
        var book = PriceFile.Entry($$"""{ "tiered_pricing": [{{ranges}}], "mode": "embedding" }""");

        Estimate(prices => prices.Book = book, Prompt("m", BudgetUsage.Tokens(lastOfFirst, 0))).Total.Should().Be(lastOfFirst * 0.001m);
        Estimate(prices => prices.Book = book, Prompt("m", BudgetUsage.Tokens(21, 0))).Total.Should().Be(0.042m);
        book.Import!.Warnings.Should().ContainSingle().Which.Field.Should().Be("tiered_pricing");
    }

    [Fact]
    public void A_range_that_is_not_by_input_tokens_leaves_the_other_prices_in_force()
    {
        var book = PriceFile.Entry("""
            { "input_cost_per_token": 0.001, "input_cost_per_token_above_1k_tokens": 0.002, "tiered_pricing": [{ "range": [0, 5], "input_cost_per_token": 0.003 }, { "input_cost_per_query": 0.005 }] }
            """);

        book.Models["m"].Should().Be(new ModelPrice { Input = 0.001m, LongContext = new Dictionary<long, ModelPriceTier> { [1_000] = new() { Input = 0.002m } } });
        book.Import!.IgnoredPrices.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", "tiered_pricing", "is not by input tokens"));
    }

    [Fact]
    public void A_table_of_ranges_takes_the_place_of_prices_above_a_threshold_and_says_so()
    {
        var book = PriceFile.Entry("""
            { "input_cost_per_token_above_1k_tokens": 0.009, "tiered_pricing": [{ "range": [0, 5], "input_cost_per_token": 0.001 }, { "range": [5, 9], "input_cost_per_token": 0.002 }] }
            """);

        book.Models["m"].LongContext!.Keys.Should().Equal(5L);
        book.Import!.IgnoredPrices.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", "…_above_…_tokens", "is not used beside tiered_pricing"));
    }

    [Fact]
    public void What_a_range_leaves_out_of_the_output_and_of_audio_and_images_the_entry_says_and_what_it_leaves_out_of_the_input_has_its_own_price()
    {
        var price = PriceFile.Price("""
            {
                "cache_read_input_token_cost": 0.0001, "cache_creation_input_token_cost": 0.0002, "input_cost_per_audio_token": 0.0003, "input_cost_per_image_token": 0.0004,
                "output_cost_per_token": 0.0005, "output_cost_per_reasoning_token": 0.0006, "output_cost_per_audio_token": 0.0007, "output_cost_per_image_token": 0.0008, "input_cost_per_query": 0.9,
                "tiered_pricing": [
                    { "range": [0, 5], "input_cost_per_token": 0.001, "input_cost_per_request": 0.5 },
                    { "range": [5, 6], "input_cost_per_token": 0.002, "cache_creation_input_token_cost": 0.003, "output_cost_per_reasoning_token": 0.0055 },
                    { "range": [6, null], "input_cost_per_token": 0.004, "output_cost_per_token": 0.005 }
                ]
            }
            """);

        price.Should().Be(new ModelPrice
        {
            Input = 0.001m, AudioInput = 0.0003m, ImageInput = 0.0004m, Output = 0.0005m, Reasoning = 0.0006m, AudioOutput = 0.0007m, ImageOutput = 0.0008m,
            Units = new Dictionary<string, decimal> { ["query"] = 0.9m, ["request"] = 0.5m },
            LongContext = new Dictionary<long, ModelPriceTier>
            {
                [5] = new()
                {
                    Input = 0.002m, CachedInput = 0.002m, CacheWrite = 0.003m, CacheWriteOneHour = 0.003m, AudioInput = 0.0003m, ImageInput = 0.0004m,
                    Output = 0.0005m, Reasoning = 0.0055m, AudioOutput = 0.0007m, ImageOutput = 0.0008m,
                },
                [6] = new()
                {
                    Input = 0.004m, CachedInput = 0.004m, CacheWrite = 0.004m, CacheWriteOneHour = 0.004m, AudioInput = 0.0003m, ImageInput = 0.0004m,
                    Output = 0.005m, Reasoning = 0.005m, AudioOutput = 0.0007m, ImageOutput = 0.0008m,
                },
            },
        });
    }

    [Fact]
    public void A_range_has_no_tiers_and_no_thresholds_of_its_own()
    {
        var book = PriceFile.Entry("""
            {
                "tiered_pricing": [{ "range": [0, 9000000000000], "input_cost_per_token": 0.001, "input_cost_per_token_flex": 0.002, "input_cost_per_token_above_1k_tokens": 0.003, "range": "all", "mode": "chat" }]
            }
            """);

        book.Models["m"].Should().Be(new ModelPrice { Input = 0.001m });
        book.Import!.IgnoredPrices.Select(note => note.Field).Should().Equal("input_cost_per_token_flex", "input_cost_per_token_above_1k_tokens");
    }
}
