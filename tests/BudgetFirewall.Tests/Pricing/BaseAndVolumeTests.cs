using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class BaseAndVolumeTests
{
    [Fact]
    public void A_provider_costs_its_weight() =>
        Estimate(Finnhub, Call()).Amounts().Should().Equal(("base", 0.02m));

    [Fact]
    public void A_provider_that_is_not_listed_costs_the_default() =>
        Estimate(Finnhub, new BudgetRequest { Provider = "FINNHUB" }).Total.Should().Be(0.5m);

    [Fact]
    public void A_provider_listed_as_free_is_not_charged_the_default() =>
        Estimate(prices => { Finnhub(prices); prices.Providers["finnhub"] = 0; }, Call()).Total.Should().Be(0);

    [Fact]
    public void The_multiplier_applies_to_the_base_only()
    {
        var breakdown = Estimate(prices => { Finnhub(prices); prices.Units["record"] = 0.001m; }, Call(Units(("record", 50)), "history"));

        breakdown.Amounts().Should().Equal(("base", 0.06m), ("record", 0.05m));
        breakdown.Lines[0].Should().Be(new CostLine("base", 3, 0.02m, 0.06m));
        breakdown.Total.Should().Be(0.11m);
    }

    [Fact]
    public void A_multiplier_of_zero_takes_the_base_away() =>
        Estimate(prices => { Finnhub(prices); prices.Units["request"] = 0.1m; }, Call(operation: "ping")).Amounts().Should().Equal(("request", 0.1m));

    [Fact]
    public void Names_compare_ordinally() =>
        Estimate(Finnhub, Call(operation: "History")).Total.Should().Be(0.02m);

    [Fact]
    public void Kilobytes_and_megabytes_are_request_and_response_bytes_in_fractions()
    {
        var usage = new BudgetUsage { RequestBytes = 1, ResponseBytes = 1_535 };

        var breakdown = Estimate(prices => { prices.DefaultCostPerRequest = 0; prices.Units["kb"] = 0.002m; prices.Units["mb"] = 1_048_576m; }, Call(usage));

        breakdown.Lines[1].Should().Be(new CostLine("kb", 1.5m, 0.002m, 0.003m));
        breakdown.Lines[2].Should().Be(new CostLine("mb", 0.00146484375m, 1_048_576m, 1_536m));
        breakdown.Total.Should().Be(1_536.003m);
    }

    [Fact]
    public void A_byte_of_a_megabyte_is_priced_to_its_last_digit_and_rounded_up()
    {
        var breakdown = Estimate(prices => { prices.DefaultCostPerRequest = 0; prices.Units["mb"] = 0.01m; }, Call(new BudgetUsage { ResponseBytes = 1 }));

        breakdown.Amounts().Should().Equal(("base", 0m), ("mb", 0.0000000095367431640625m), ("rounding", 0.0000000004632568359375m));
        breakdown.Total.Should().Be(0.00000001m);
    }

    [Fact]
    public void A_request_is_one_request_with_usage_and_without()
    {
        Estimate(prices => prices.Units["request"] = 0.25m, Call()).Total.Should().Be(0.25m);
        Estimate(prices => prices.Units["request"] = 0.25m, Call(new BudgetUsage())).Total.Should().Be(0.25m);
    }

    [Fact]
    public void Every_priced_unit_that_a_usage_names_is_a_line_in_the_order_of_names()
    {
        var usage = Units(("record", 10), ("api_call", 2), ("unpriced", 7), ("free", 5), ("unused", 0));

        var breakdown = Estimate(
            prices => { prices.DefaultCostPerRequest = 0; prices.Units["record"] = 0.1m; prices.Units["api_call"] = 1m; prices.Units["free"] = 0; prices.Units["unused"] = 9; prices.Units["unnamed"] = 9; },
            Call(usage));

        breakdown.Amounts().Should().Equal(("base", 0m), ("api_call", 2m), ("free", 0m), ("record", 1m));
    }

    [Theory]
    [InlineData("input_tokens", 1000)]
    [InlineData("cached_input_tokens", 600)]
    [InlineData("output_tokens", 300)]
    [InlineData("reasoning_tokens", 100)]
    [InlineData("total_tokens", 1300)]
    public void Token_units_price_a_request_without_a_model(string unit, decimal expected)
    {
        var usage = BudgetUsage.Tokens(1000, 300, 600) with { ReasoningTokens = 100 };

        Estimate(prices => prices.Units[unit] = 1, Call(usage)).Total.Should().Be(expected);
    }

    [Fact]
    public void Without_prices_everything_is_free_where_that_is_chosen()
    {
        var breakdown = Estimate(prices => prices.UnknownProviders = UnknownProviderPolicy.Free, Call(BudgetUsage.Tokens(1000, 1000)));

        breakdown.Total.Should().Be(0);
        breakdown.IsUnknown.Should().BeFalse();
    }

    [Fact]
    public void The_cost_of_a_request_overrides_every_price()
    {
        var breakdown = Estimate(
            prices => { Finnhub(prices); prices.Units["record"] = 5; },
            Call(Units(("record", 10)), "history") with { Cost = 0.7m, Model = "no such model" });

        breakdown.Amounts().Should().Equal(("cost", 0.7m));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.000000001", "0.000000001")]
    [InlineData("0.0000000010000000000000000001", "0.000000002")]
    [InlineData("0.0000000000000000000000000001", "0.000000001")]
    [InlineData("8999999999.9999999991", "9000000000")]
    [InlineData("9000000000", "9000000000")]
    public void The_cost_of_a_request_is_rounded_up_to_a_nano(string cost, string expected) =>
        Estimate(_ => { }, Call() with { Cost = Exactly.Parse(cost) }).Total.Should().Be(Exactly.Parse(expected));

    [Fact]
    public void The_breakdown_bears_the_currency_of_the_options() =>
        Estimate(Finnhub, Call()).Currency.Should().Be("USD");

    [Fact]
    public async Task Many_estimates_come_in_the_order_of_their_requests()
    {
        await using var firewall = With(Finnhub);

        var estimates = firewall.EstimateMany([Call(operation: "history"), Call(), Call() with { Cost = 7 }]);

        estimates.Select(estimate => estimate.Total).Should().Equal(0.06m, 0.02m, 7m);
    }

    private static void Finnhub(PricingOptions prices)
    {
        prices.DefaultCostPerRequest = 0.5m;
        prices.Providers["finnhub"] = 0.02m;
        prices.Operations["history"] = 3;
        prices.Operations["ping"] = 0;
    }
}
