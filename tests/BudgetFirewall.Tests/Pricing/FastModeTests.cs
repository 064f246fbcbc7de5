namespace BudgetFirewall.Tests;

/// <summary>The factor by which a price file makes a provider's fast mode dearer, as the service tier <c>fast</c>.</summary>
public sealed class FastModeTests
{
    private const string Opus = """
        {
          "input_cost_per_token": 5e-06, "output_cost_per_token": 2.5e-05, "cache_read_input_token_cost": 5e-07, "cache_creation_input_token_cost": 6.25e-06,
          "cache_creation_input_token_cost_above_1hr": 1e-05, "provider_specific_entry": { "us": 1.1, "fast": 6.0 }, "litellm_provider": "anthropic", "mode": "chat"
        }
        """;

    private static readonly BudgetUsage Usage = new() { InputTokens = 1_000, CachedInputTokens = 400, CacheWriteTokens = 200, CacheWriteOneHourTokens = 100, OutputTokens = 50 };

    [Fact]
    public void A_call_in_the_fast_mode_costs_the_factor_times_the_standard_price_cached_tokens_included()
    {
        var standard = (300 * 0.000005m) + (400 * 0.0000005m) + (200 * 0.00000625m) + (100 * 0.00001m) + (50 * 0.000025m);

        Cost(Opus, Usage).Should().Be(standard);
        Cost(Opus, Usage with { ServiceTier = "fast" }).Should().Be(standard * 6);
    }

    [Fact]
    public void Long_contexts_are_dearer_by_the_factor_too()
    {
        const string Entry = """
            { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "input_cost_per_token_above_200k_tokens": 3e-06, "provider_specific_entry": { "fast": 2 }, "mode": "chat" }
            """;

        Cost(Entry, BudgetUsage.Tokens(200_001, 10) with { ServiceTier = "fast" }).Should().Be((200_001 * 0.000006m) + (10 * 0.000004m));
    }

    [Fact]
    public void What_the_file_prices_in_the_fast_tier_itself_counts_as_it_is()
    {
        const string Entry = """
            { "input_cost_per_token": 1e-06, "input_cost_per_token_fast": 7e-06, "output_cost_per_token": 2e-06, "provider_specific_entry": { "fast": 2 }, "mode": "chat" }
            """;

        Cost(Entry, BudgetUsage.Tokens(100, 10) with { ServiceTier = "fast" }).Should().Be((100 * 0.000007m) + (10 * 0.000004m));
    }

    [Fact]
    public void Other_factors_are_listed_as_not_understood()
    {
        PriceFile.Entry(Opus).Import!.IgnoredPrices.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", "provider_specific_entry", "is not understood"));
        PriceFile.Entry("""{ "input_cost_per_token": 1, "provider_specific_entry": { "fast": 6 } }""").Import!.IgnoredPrices.Should().BeEmpty();
    }

    [Theory]
    [InlineData("0", "provider_specific_entry.fast must be more than 0")]
    [InlineData("-2", "provider_specific_entry.fast")]
    [InlineData("9000000001", "provider_specific_entry.fast must be from 0 to 9,000,000,000")]
    [InlineData("\"six\"", "provider_specific_entry.fast")]
    [InlineData("[6]", "provider_specific_entry.fast must be a number")]
    public void A_factor_that_is_none_leaves_the_model_out(string factor, string reason)
    {
        var book = PriceFile.Entry($$$"""{ "input_cost_per_token": 1, "output_cost_per_token": 2, "provider_specific_entry": { "fast": {{{factor}}} } }""");

        book.Models.Should().BeEmpty();
        book.Import!.Skipped.Should().ContainSingle().Which.Reason.Should().StartWith(reason);
    }

    private static decimal Cost(string entry, BudgetUsage usage) =>
        PricedFirewall.Estimate(prices => prices.Book = PriceFile.Entry(entry), PricedFirewall.Prompt("m", usage)).Total;
}
