using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>Models that a price file prices 0, which no budget limits.</summary>
public sealed class FreeModelTests
{
    private const string File = """
        {
          "paid": { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "mode": "chat" },
          "free": { "input_cost_per_token": 0, "output_cost_per_token": 0.0, "litellm_provider": "ollama", "mode": "chat" },
          "by-image": { "input_cost_per_token": 0, "output_cost_per_token": 0, "output_cost_per_image": 0.04 },
          "by-request": { "input_cost_per_token": 0, "output_cost_per_token": 0, "input_cost_per_request": 0.01 },
          "dear-in-a-hurry": { "input_cost_per_token": 0, "output_cost_per_token": 0, "input_cost_per_token_priority": 1e-06 },
          "unpriced": { "mode": "chat" }
        }
        """;

    [Fact]
    public void The_import_lists_the_models_whose_standard_prices_are_all_zero() =>
        PriceFile.Read(File).Import!.Free.Should().Equal("free", "dear-in-a-hurry");

    [Fact]
    public async Task Such_a_model_is_free_unless_it_is_refused_and_then_it_has_no_price()
    {
        PricedFirewall.Estimate(prices => prices.Book = PriceFile.Read(File), Call("free")).Total.Should().Be(0m);

        await using var refusing = PricedFirewall.With(Refusing);
        foreach (var model in new[] { "free", "ollama/free", "dear-in-a-hurry", "our-name" })
        {
            var refused = FluentActions.Invoking(() => refusing.Estimate(Call(model))).Should().ThrowExactly<UnknownPriceException>().Which;
            refused.Message.Should().Contain("RefuseFreeModels");
        }
        refusing.Estimate(Call("paid")).Total.Should().Be(0.000012m);
        refusing.Estimate(Call("by-request")).Total.Should().Be(0.01m);
    }

    [Fact]
    public void What_is_priced_zero_by_hand_stays_free() => PricedFirewall.Estimate(
        prices =>
        {
            Refusing(prices);
            prices.Models["free"] = new ModelPrice { Input = 0 };
        },
        Call("free")).Total.Should().Be(0m);

    [Fact]
    public async Task The_option_is_read_from_configuration()
    {
        var path = Path.GetTempFileName();
        try
        {
            await System.IO.File.WriteAllTextAsync(path, File);
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection([new("Pricing:PriceFile", path), new("Pricing:RefuseFreeModels", "true")])
                .Build();
            await using var firewall = new BudgetFirewallBuilder().Configure(configuration).Build();

            FluentActions.Invoking(() => firewall.Estimate(Call("free"))).Should().ThrowExactly<UnknownPriceException>();
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private static void Refusing(PricingOptions prices)
    {
        prices.Book = PriceFile.Read(File);
        prices.Aliases["our-name"] = "free";
        prices.RefuseFreeModels = true;
    }

    private static BudgetRequest Call(string model) => PricedFirewall.Prompt(model, BudgetUsage.Tokens(10, 1));
}
