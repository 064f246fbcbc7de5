using Microsoft.Extensions.Options;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>By which names a model's price is found, and in which order.</summary>
public sealed class ModelPriceBookTests
{
    [Theory]
    [InlineData("openai", "gpt-4o", 1)]
    [InlineData("openai", "openai/gpt-4o", 1)]
    [InlineData("anything", "gpt-4o", 1)]
    [InlineData("azure", "gpt-4o", 2)]
    [InlineData("azure", "azure/gpt-4o", 2)]
    [InlineData("anything", "azure/gpt-4o", 2)]
    [InlineData("azure", "eu/gpt-4o", 3)]
    [InlineData("azure", "azure/eu/gpt-4o", 3)]
    [InlineData("anything", "azure/eu/gpt-4o", 3)]
    [InlineData("groq", "llama", 4)]
    [InlineData("groq", "groq/llama", 4)]
    public void The_longest_name_counts(string provider, string model, decimal price)
    {
        var book = Book(("gpt-4o", 1), ("azure/gpt-4o", 2), ("azure/eu/gpt-4o", 3), ("groq/llama", 4));

        book.Find(model, provider)!.Input.Should().Be(price);
        CostOf(prices => prices.Book = book, provider, model).Should().Be(price);
        CostOf(prices => { foreach (var (name, of) in book.Models) prices.Models[name] = of; }, provider, model).Should().Be(price);
    }

    [Fact]
    public void A_name_that_begins_with_its_provider_may_be_listed_with_that_prefix_twice()
    {
        var book = Book(("router/auto", 1), ("router/router/auto", 2), ("router/router/free", 3));

        CostOf(prices => prices.Book = book, "router", "router/auto").Should().Be(2);
        CostOf(prices => prices.Book = book, "router", "router/free").Should().Be(3);
        CostOf(prices => prices.Book = book, "router", "auto").Should().Be(1);
        CostOf(prices => prices.Book = book, "another", "router/auto").Should().Be(1);
    }

    [Theory]
    [InlineData("openrouter", "openai/gpt-4o")]
    [InlineData("openai", "azure/gpt-4o")]
    [InlineData("openai", "OpenAI/gpt-4o")]
    [InlineData("openai", "openai/openai/gpt-4o")]
    [InlineData("openai", "openai/")]
    [InlineData("openai", "/gpt-4o")]
    [InlineData("openai", "gpt-4")]
    [InlineData("openai", "gpt-4o-mini")]
    [InlineData("openai", "gpt-4o-2024-08-06")]
    [InlineData("gpt", "4o")]
    public void No_other_name_is_taken_for_it(string provider, string model)
    {
        var book = Book(("gpt-4o", 1));

        book.Find(model, provider).Should().BeNull();
        FluentActions.Invoking(() => CostOf(prices => prices.Book = book, provider, model)).Should().ThrowExactly<UnknownPriceException>();
    }

    [Fact]
    public void Prices_in_the_options_win_over_the_book_whatever_the_prefix()
    {
        var book = Book(("gpt-4o", 1), ("azure/gpt-4o", 2), ("other", 3));

        CostOf(prices => { prices.Book = book; prices.Models["gpt-4o"] = Flat(7); }, "azure", "gpt-4o").Should().Be(7);
        CostOf(prices => { prices.Book = book; prices.Models["azure/gpt-4o"] = Flat(7); }, "azure", "gpt-4o").Should().Be(7);
        CostOf(prices => { prices.Book = book; prices.Models["azure/gpt-4o"] = Flat(7); }, "openai", "gpt-4o").Should().Be(1);
        CostOf(prices => { prices.Book = book; prices.Models["gpt-4o"] = Flat(7); }, "openai", "other").Should().Be(3);
    }

    [Fact]
    public void An_alias_is_another_name_of_a_price_in_the_options_or_in_the_book()
    {
        Action<PricingOptions> prices = pricing =>
        {
            pricing.Book = Book(("gpt-4o", 1), ("gpt-4", 2));
            pricing.Models["mine"] = Flat(3);
            pricing.Aliases["chat"] = "gpt-4o";
            pricing.Aliases["best"] = "mine";
            pricing.Aliases["gpt-4"] = "gpt-4o";
            pricing.Aliases["azure/deployed"] = "gpt-4o";
        };

        CostOf(prices, "openai", "chat").Should().Be(1);
        CostOf(prices, "openai", "openai/chat").Should().Be(1);
        CostOf(prices, "openai", "best").Should().Be(3);
        CostOf(prices, "openai", "gpt-4").Should().Be(1);
        CostOf(prices, "azure", "deployed").Should().Be(1);
        FluentActions.Invoking(() => CostOf(prices, "openai", "deployed")).Should().ThrowExactly<UnknownPriceException>();
    }

    [Fact]
    public void An_alias_that_leads_nowhere_or_has_a_price_is_an_error()
    {
        var refused = FluentActions.Invoking(() => With(prices =>
        {
            prices.Models["m"] = Flat(1);
            prices.Aliases["chat"] = "gone";
            prices.Aliases["again"] = "chat";
            prices.Aliases["empty"] = "";
            prices.Aliases["m"] = "m";
            prices.Aliases[""] = "m";
        })).Should().ThrowExactly<OptionsValidationException>().Which;

        refused.Failures.Should().Equal("Pricing:Aliases:empty must not be empty but is ''", "A name in Pricing:Aliases must not be empty but is ''", "Pricing:Aliases:chat must be the name of a model with a price but is 'gone'", "Pricing:Aliases:again must be the name of a model with a price but is 'chat'", "Pricing:Aliases:empty must be the name of a model with a price but is ''", "Pricing:Aliases:m has a price in Models, so it cannot be another name of 'm'");
    }

    [Theory]
    [InlineData("gpt-4o-2024-08-06")]
    [InlineData("openai/gpt-4o-2024-08-06")]
    [InlineData("gpt-4o-20240806")]
    [InlineData("gpt-4o@20240806")]
    [InlineData("gpt-4o-2000-01-01")]
    [InlineData("gpt-4o-20991231")]
    public void A_dated_name_has_the_price_of_its_base_only_when_that_is_asked_for(string model)
    {
        var book = Book(("gpt-4o", 1));

        FluentActions.Invoking(() => CostOf(prices => prices.Book = book, "openai", model)).Should().ThrowExactly<UnknownPriceException>();
        CostOf(prices => { prices.Book = book; prices.DatedNamesFallBack = true; }, "openai", model).Should().Be(1);
        CostOf(prices => { prices.Models["gpt-4o"] = Flat(1); prices.DatedNamesFallBack = true; }, "openai", model).Should().Be(1);
    }

    [Theory]
    [InlineData("gpt-4o-2024-13-06")]
    [InlineData("gpt-4o-2024-02-30")]
    [InlineData("gpt-4o-1999-12-31")]
    [InlineData("gpt-4o-2100-01-01")]
    [InlineData("gpt-4o-0806")]
    [InlineData("gpt-4o-20240806x")]
    [InlineData("gpt-4o-2024-08-06-2024-08-06")]
    [InlineData("gpt-4o2024-08-06")]
    [InlineData("gpt-4o_2024-08-06")]
    [InlineData("-2024-08-06")]
    [InlineData("gpt-4o-preview")]
    public void What_is_no_date_is_never_cut_off(string model) =>
        FluentActions.Invoking(() => CostOf(prices => { prices.Book = Book(("gpt-4o", 1)); prices.DatedNamesFallBack = true; }, "openai", model)).Should().ThrowExactly<UnknownPriceException>();

    [Fact]
    public void A_dated_name_with_a_price_keeps_it()
    {
        Action<PricingOptions> prices = pricing =>
        {
            pricing.Book = Book(("gpt-4o", 1), ("gpt-4o-2024-05-13", 2));
            pricing.Models["gpt-4o"] = Flat(7);
            pricing.DatedNamesFallBack = true;
        };

        CostOf(prices, "openai", "gpt-4o-2024-05-13").Should().Be(2);
        CostOf(prices, "openai", "gpt-4o-2024-08-06").Should().Be(7);
    }

    [Fact]
    public async Task A_model_of_the_book_prices_what_is_committed()
    {
        await using var firewall = With(prices => prices.Book = Book(("gpt-4o", 1)));
        await using var reservation = await firewall.ReserveAsync(Prompt("openai/gpt-4o") with { Cost = 50 });

        (await reservation.CommitAsync(BudgetUsage.Tokens(3, 0))).Cost.Should().Be(3);
    }

    [Fact]
    public void Unknown_models_cost_the_default_where_that_is_chosen_with_a_book_too() =>
        CostOf(prices => { prices.Book = Book(("m", 1)); prices.UnknownModels = UnknownModelPolicy.UseDefaultCost; prices.DefaultCostPerRequest = 0.5m; }, "p", "n").Should().Be(0.5m);

    [Fact]
    public void A_book_keeps_a_copy_and_says_what_it_is()
    {
        var models = new Dictionary<string, ModelPrice> { ["m"] = Flat(1) };
        var book = new ModelPriceBook(models, "the contract", new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        models.Clear();

        book.Models["m"].Should().Be(Flat(1));
        book.Import.Should().BeNull();
        book.ToString().Should().Be("1 models from the contract of 2026-05-01");
        new ModelPriceBook(models).ToString().Should().Be("0 models from an unnamed source");
    }

    [Fact]
    public void What_cannot_be_in_a_book_is_refused()
    {
        FluentActions.Invoking(() => new ModelPriceBook(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("models");
        FluentActions.Invoking(() => new ModelPriceBook(new Dictionary<string, ModelPrice> { ["m"] = null! })).Should().ThrowExactly<ArgumentNullException>().WithParameterName("Models[m]");
        FluentActions.Invoking(() => new ModelPriceBook(new Dictionary<string, ModelPrice> { [""] = Flat(1) })).Should().ThrowExactly<ArgumentException>().WithParameterName("Models");
        FluentActions.Invoking(() => Book().Find("")).Should().ThrowExactly<ArgumentException>().WithParameterName("model");
        FluentActions.Invoking(() => Book(("a/b", 1)).Find(new string('m', 257), "p")).Should().ThrowExactly<ArgumentException>().WithParameterName("model");
        FluentActions.Invoking(() => Book(("a/b", 1)).Find("m", new string('p', 257))).Should().ThrowExactly<ArgumentException>().WithParameterName("provider");
        Book(("a/b", 1)).Find(new string('m', 256), new string('p', 256)).Should().BeNull();
    }

    private static decimal CostOf(Action<PricingOptions> prices, string provider, string model) =>
        Estimate(prices, new BudgetRequest { Provider = provider, Model = model, Usage = BudgetUsage.Tokens(1, 0) }).Total;

    private static ModelPriceBook Book(params (string Name, decimal Input)[] models) => new(models.ToDictionary(model => model.Name, model => Flat(model.Input)));

    private static ModelPrice Flat(decimal input) => new() { Input = input };
}
