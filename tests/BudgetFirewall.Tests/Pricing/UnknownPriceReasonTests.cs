using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>A request without a price is told what would give it one, where the prices are near.</summary>
public sealed class UnknownPriceReasonTests
{
    [Fact]
    public void A_dated_name_whose_base_has_a_price_is_told_of_the_options_that_take_it()
    {
        Refusal(prices => prices.Models["gpt-4o"] = ModelPrice.PerMillion(1, 2), "gpt-4o-2024-08-06")
            .Should().Contain("'gpt-4o' has one, which Pricing.DatedNamesFallBack takes for its dated names, and so does an entry in Pricing.Aliases.");
    }

    [Theory]
    [InlineData("GPT-4o")]
    [InlineData("OpenAI/gpt-4o")]
    public void A_name_that_differs_by_case_only_is_told_the_priced_one(string model)
    {
        var priced = model.Contains('/', StringComparison.Ordinal) ? "openai/gpt-4o" : "gpt-4o";
        Refusal(prices => prices.Book = new ModelPriceBook(new Dictionary<string, ModelPrice> { [priced] = ModelPrice.PerMillion(1, 2) }), model)
            .Should().Contain($"'{priced}' has one, and names are the same only in the same case: send that name, or add an entry to Pricing.Aliases.");
    }

    [Fact]
    public void A_priced_name_that_may_be_meant_is_told_before_what_a_price_file_leaves_out()
    {
        var book = PriceFile.Read("""{ "gpt-4o": { "mode": "chat" } }""");

        Refusal(prices => prices.Book = book, "gpt-4o").Should().Contain("The price file leaves out 'gpt-4o'");
        Refusal(prices => (prices.Book, prices.Models["GPT-4o"]) = (book, ModelPrice.PerMillion(1, 2)), "gpt-4o").Should().Contain("'GPT-4o' has one").And.NotContain("leaves out");
    }

    [Fact]
    public void A_name_without_a_date_is_told_nothing_about_dates()
    {
        Refusal(prices => prices.Models["gpt-4o"] = ModelPrice.PerMillion(1, 2), "gpt-5").Should().Contain("Pricing.Aliases").And.NotContain("DatedNamesFallBack");
        Refusal(prices => prices.Models["gpt-4o"] = ModelPrice.PerMillion(1, 2), "gpt-5-2026-01-01").Should().Contain("set Pricing.DatedNamesFallBack if it costs what 'gpt-5' costs");
    }

    [Fact]
    public void A_provider_that_differs_by_case_only_is_told_the_priced_one()
    {
        Refusal(prices => prices.Providers["openai"] = 1m, model: null, provider: "OpenAI")
            .Should().Contain("The provider 'openai' has one, and names are the same only in the same case.");
    }

    private static string Refusal(Action<PricingOptions> prices, string? model, string provider = "openai") => FluentActions
        .Invoking(() => Estimate(prices, new BudgetRequest { Provider = provider, Model = model, Usage = BudgetUsage.Tokens(1, 1) }))
        .Should().ThrowExactly<UnknownPriceException>().Which.Message;
}
