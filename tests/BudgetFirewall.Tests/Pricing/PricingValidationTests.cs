using Microsoft.Extensions.Options;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class PricingValidationTests
{
    [Fact]
    public void Every_error_is_reported_at_once_with_its_path_and_the_value_found()
    {
        var refused = FluentActions.Invoking(() => With(prices =>
        {
            prices.DefaultCostPerRequest = -1;
            prices.Providers["openai"] = 9_000_000_000.5m;
            prices.Providers["finnhub"] = 9_000_000_000m;
            prices.Operations["chat"] = -0.5m;
            prices.Units["record"] = -0.000000001m;
            prices.Units[""] = 1;
            prices.Models["m"] = null!;
            prices.Models[new string('m', 257)] = ModelPrice.PerMillion(1, 1);
            prices.UnknownModels = (UnknownModelPolicy)7;
        })).Should().ThrowExactly<OptionsValidationException>().Which;

        refused.Failures.Should().Equal("Pricing:DefaultCostPerRequest must be from 0 to 9,000,000,000 but is '-1'", "Pricing:Providers:openai must be from 0 to 9,000,000,000 but is '9000000000.5'", "Pricing:Operations:chat must be from 0 to 9,000,000,000 but is '-0.5'", "Pricing:Units:record must be from 0 to 9,000,000,000 but is '-0.000000001'", "A name in Pricing:Units must not be empty but is ''", "Pricing:Models:m must not be null but is null", $"A name in Pricing:Models: has 257 characters; at most 256 are allowed: '{new string('m', 40)}…'", "Pricing:UnknownModels must be one of Refuse, UseDefaultCost but is '7'");
    }

    [Fact]
    public void A_price_per_token_that_looks_like_one_per_million_is_taken_as_it_is() =>
        Estimate(prices => prices.Models["m"] = new ModelPrice { Input = 2.5m }, Prompt("m", BudgetUsage.Tokens(1, 0))).Total.Should().Be(2.5m);

    [Fact]
    public async Task Prices_are_copied_when_they_take_effect()
    {
        PricingOptions? kept = null;
        await using var firewall = With(prices =>
        {
            kept = prices;
            prices.Providers["finnhub"] = 1;
            prices.Units["request"] = 1;
            prices.Models["m"] = new ModelPrice { Input = 1 };
        });

        (kept!.Providers["finnhub"], kept.Units["request"], kept.Operations["request"]) = (50, 50, 50);
        kept.Models.Clear();

        firewall.Estimate(Call()).Total.Should().Be(2);
        firewall.Estimate(Prompt("m", BudgetUsage.Tokens(1, 0))).Total.Should().Be(2);
    }
}
