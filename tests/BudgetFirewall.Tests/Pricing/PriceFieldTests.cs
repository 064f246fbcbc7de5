namespace BudgetFirewall.Tests;

/// <summary>The import of price files: what the names of fields mean.</summary>
public sealed class PriceFieldTests
{
    [Theory]
    [InlineData("batches", "batch")]
    [InlineData("batch", "batch")]
    [InlineData("flex", "flex")]
    [InlineData("priority", "priority")]
    [InlineData("ultrafast", "ultrafast")]
    [InlineData("fast", "fast")]
    public void Each_service_tier_has_its_ending(string ending, string tier) =>
        PriceFile.Price($$"""{ "input_cost_per_token": 0.001, "input_cost_per_token_{{ending}}": 0.002 }""").Should().Be(new ModelPrice { Input = 0.001m, ServiceTiers = new Dictionary<string, ModelPriceTier> { [tier] = new() { Input = 0.002m } } });

    [Fact]
    public void A_hit_of_the_cache_is_a_read_of_it() =>
        PriceFile.Price("""{ "input_cost_per_token": 0.002, "input_cost_per_token_cache_hit": 0.001 }""").Should().Be(new ModelPrice { Input = 0.002m, CachedInput = 0.001m });

    [Theory]
    [InlineData("input_cost_per_token_above_tokens")]
    [InlineData("input_cost_per_token_above__tokens")]
    [InlineData("input_cost_per_token_above_k_tokens")]
    [InlineData("input_cost_per_token_above_0_tokens")]
    [InlineData("input_cost_per_token_above_0k_tokens")]
    [InlineData("input_cost_per_token_above_-1_tokens")]
    [InlineData("input_cost_per_token_above_200kk_tokens")]
    [InlineData("input_cost_per_token_above_4294967296_tokens")]
    [InlineData("input_cost_per_token_above_200k")]
    [InlineData("input_cost_per_token_above_12345678")]
    [InlineData("prices1024_tokens")]
    [InlineData("input_cost_per_token_above_200k_tokens_above_300k_tokens")]
    [InlineData("input_cost_per_token_200k_tokens")]
    public void A_threshold_that_is_no_number_of_tokens_is_not_understood(string field)
    {
        var book = PriceFile.Entry($$"""{ "input_cost_per_token": 0.001, "{{field}}": 0.002 }""");

        book.Models["m"].Should().Be(new ModelPrice { Input = 0.001m });
        book.Import!.IgnoredPrices.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", field, "is not understood"));
    }

    [Theory]
    [InlineData("search_cost", "0.5", true)]
    [InlineData("search_cost", "\"5 a day\"", true)]
    [InlineData("search_cost", "{}", true)]
    [InlineData("search_cost", "[]", true)]
    [InlineData("session_price", "1", true)]
    [InlineData("pricing_tier", "9", true)]
    [InlineData("eu_multiplier", "1.1", true)]
    [InlineData("provider_specific_entry", "{ \"us\": 1.1 }", true)]
    [InlineData("tiered_pricing", "5", true)]
    [InlineData("search_cost", "0.0", false)]
    [InlineData("search_cost", "\"free\"", false)]
    [InlineData("search_cost", "null", false)]
    [InlineData("search_cost", "true", false)]
    [InlineData("litellm_provider", "1", false)]
    [InlineData("mode", "[1]", false)]
    [InlineData("metadata", "{ \"input_cost_per_token\": 9 }", false)]
    public void What_may_charge_for_something_and_is_not_understood_is_listed(string field, string value, bool isListed)
    {
        var book = PriceFile.Entry($$"""{ "input_cost_per_token": 0.001, "{{field}}": {{value}} }""");

        book.Models["m"].Should().Be(new ModelPrice { Input = 0.001m });
        book.Import!.IgnoredPrices.Should().Equal(isListed ? [new ModelPriceNote("m", field, "is not understood")] : []);
    }
}
