using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class UnknownCostTests
{
    private static readonly ModelPrice Price = ModelPrice.PerMillion(1, 2);

    [Fact]
    public void A_priced_model_without_usage_costs_nobody_knows_what() =>
        Estimate(prices => prices.Models["m"] = Price, Prompt("m")).IsUnknown.Should().BeTrue();

    [Fact]
    public void A_priced_model_whose_usage_names_no_tokens_costs_nobody_knows_what()
    {
        var breakdown = Estimate(
            prices => { prices.Models["m"] = Price; prices.Units["kb"] = 0.5m; },
            Prompt("m", new BudgetUsage { ResponseBytes = 2_048 }));

        breakdown.IsUnknown.Should().BeTrue();
        breakdown.Amounts().Should().Equal(("kb", 1m));
    }

    [Fact]
    public void Tokens_said_to_be_none_are_known_to_cost_nothing()
    {
        var breakdown = Estimate(prices => prices.Models["m"] = Price, Prompt("m", BudgetUsage.Tokens(0, 0)));

        breakdown.IsUnknown.Should().BeFalse();
        breakdown.Total.Should().Be(0);
    }

    [Fact]
    public void Input_alone_or_output_alone_is_a_known_cost()
    {
        Estimate(prices => prices.Models["m"] = Price, Prompt("m", new BudgetUsage { InputTokens = 5 })).IsUnknown.Should().BeFalse();
        Estimate(prices => prices.Models["m"] = Price, Prompt("m", new BudgetUsage { OutputTokens = 5 })).IsUnknown.Should().BeFalse();
    }

    [Theory]
    [InlineData("kb")]
    [InlineData("mb")]
    [InlineData("record")]
    [InlineData("input_tokens")]
    public void A_priced_unit_without_usage_makes_the_cost_unknown_and_what_is_known_is_summed(string unit)
    {
        var breakdown = Estimate(prices => { prices.Providers["finnhub"] = 0.25m; prices.Units["request"] = 0.5m; prices.Units[unit] = 1; }, Call());

        breakdown.IsUnknown.Should().BeTrue();
        breakdown.Total.Should().Be(0.75m);
    }

    [Fact]
    public void Two_priced_units_without_usage_are_as_unknown_as_one()
    {
        Estimate(prices => { prices.Units["record"] = 1; prices.Units["page"] = 1; }, Call()).IsUnknown.Should().BeTrue();
        Estimate(prices => { prices.Models["m"] = Price; prices.Units["record"] = 1; }, Prompt("m")).IsUnknown.Should().BeTrue();
    }

    [Fact]
    public void A_usage_that_does_not_name_a_priced_unit_used_none_of_it()
    {
        var breakdown = Estimate(prices => { prices.Providers["finnhub"] = 0; prices.Units["record"] = 1; }, Call(new BudgetUsage()));

        breakdown.IsUnknown.Should().BeFalse();
        breakdown.Total.Should().Be(0);
    }

    [Fact]
    public void The_price_of_a_request_needs_no_usage() =>
        Estimate(prices => { prices.DefaultCostPerRequest = 1; prices.Units["request"] = 1; }, Call()).IsUnknown.Should().BeFalse();

    [Fact]
    public void What_is_free_is_not_unknown()
    {
        Estimate(prices => { prices.Providers["finnhub"] = 0; prices.Units["record"] = 0; }, Call()).IsUnknown.Should().BeFalse();
        Estimate(prices => prices.Models["m"] = new ModelPrice { Input = 0 }, Prompt("m")).IsUnknown.Should().BeFalse();
        Estimate(prices => prices.Models["m"] = new ModelPrice { Input = 0 }, Prompt("m", new BudgetUsage())).IsUnknown.Should().BeFalse();
        Estimate(prices => { prices.Models["m"] = new ModelPrice { Input = 0 }; prices.Units["input_tokens"] = 1; }, Prompt("m")).IsUnknown.Should().BeFalse();
    }

    [Fact]
    public void A_model_that_is_free_but_for_reasoning_is_unknown_without_usage() =>
        Estimate(prices => prices.Models["m"] = new ModelPrice { Input = 0, Reasoning = 0.1m }, Prompt("m")).IsUnknown.Should().BeTrue();

    [Fact]
    public void A_given_cost_is_known() =>
        Estimate(prices => { prices.Models["m"] = Price; prices.Units["kb"] = 1; }, Prompt("m") with { Cost = 0 }).IsUnknown.Should().BeFalse();
}
