using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class PriceModifierTests
{
    [Fact]
    public void A_modifier_adds_a_line_after_the_prices_and_before_the_rounding()
    {
        var night = new Modifier((_, breakdown, _) => new CostLine("night", breakdown.Total, -0.25m, breakdown.Total * -0.25m));

        var breakdown = Estimate(prices => prices.Providers["finnhub"] = 0.000000002m, Call(), night);

        breakdown.Amounts().Should().Equal(("base", 0.000000002m), ("night", -0.0000000005m), ("rounding", 0.0000000005m));
        breakdown.Total.Should().Be(0.000000002m);
    }

    [Fact]
    public void A_modifier_gets_the_request_the_lines_so_far_unrounded_and_the_time()
    {
        var told = new List<(BudgetRequest Request, CostBreakdown Breakdown, DateTimeOffset Now)>();
        var listener = new Modifier((request, breakdown, now) =>
        {
            told.Add((request, breakdown, now));
            return null;
        });
        var request = Call(Units(("record", 3)));

        Estimate(prices => { prices.DefaultCostPerRequest = 0; prices.Units["record"] = 0.0000000001m; }, request, listener);

        var (told1, lines, time) = told.Should().ContainSingle().Which;
        told1.Should().Be(request);
        lines.Amounts().Should().Equal(("base", 0m), ("record", 0.0000000003m));
        lines.Currency.Should().Be("USD");
        time.Should().Be(Now);
    }

    [Fact]
    public void Modifiers_see_the_lines_of_earlier_ones()
    {
        var twice = new Modifier((_, breakdown, _) => new CostLine("again", 1, breakdown.Total, breakdown.Total));

        Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), twice, twice, twice).Total.Should().Be(8);
    }

    [Fact]
    public void A_modifier_that_has_nothing_to_say_changes_nothing() =>
        Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), new Modifier((_, _, _) => null)).Amounts().Should().Equal(("base", 1m));

    [Fact]
    public void A_given_cost_is_not_modified() =>
        Estimate(_ => { }, Call() with { Cost = 3 }, new Modifier((_, _, _) => throw new NotSupportedException())).Total.Should().Be(3);

    [Fact]
    public void An_unknown_cost_is_modified_too()
    {
        var breakdown = Estimate(
            prices => prices.Models["m"] = ModelPrice.PerMillion(1, 1),
            Prompt("m"),
            new Modifier((_, soFar, _) => new CostLine("surge", 1, 0.5m, soFar.IsUnknown ? 0.5m : 99)));

        breakdown.Amounts().Should().Equal(("surge", 0.5m));
        breakdown.IsUnknown.Should().BeTrue();
    }

    [Fact]
    public void A_modifier_may_take_a_cost_to_zero() =>
        Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), Adding(-1)).Total.Should().Be(0);

    [Fact]
    public void A_modifier_may_add_or_take_away_as_much_as_a_cost_can_be()
    {
        Estimate(prices => prices.DefaultCostPerRequest = 0, Call(), Adding(9_000_000_000m)).Total.Should().Be(9_000_000_000m);
        Estimate(prices => prices.DefaultCostPerRequest = 9_000_000_000m, Call(), Adding(-9_000_000_000m)).Total.Should().Be(0);
    }

    [Fact]
    public void A_cost_above_the_range_is_refused_before_a_modifier_takes_it_back() =>
        FluentActions.Invoking(() => Estimate(prices => { prices.DefaultCostPerRequest = 9_000_000_000m; prices.Units["request"] = 1; }, Call(), Adding(-5))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Cost");

    [Theory]
    [InlineData("-1.0000000000000000000000000001")]
    [InlineData("-9000000001")]
    [InlineData("-79228162514264337593543950335")]
    public void A_cost_below_zero_names_the_modifier(string amount)
    {
        var refused = FluentActions.Invoking(() => Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), Adding(Exactly.Parse(amount)), Adding(2))).Should().ThrowExactly<InvalidOperationException>().Which;

        refused.Message.Should().Contain(typeof(Modifier).FullName!);
    }

    [Theory]
    [InlineData("8999999999.000000000000000001")]
    [InlineData("79228162514264337593543950335")]
    public void A_cost_above_the_range_is_refused(string amount) =>
        FluentActions.Invoking(() => Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), Adding(Exactly.Parse(amount)), Adding(0))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Cost");

    [Fact]
    public void Lines_too_fine_for_one_decimal_still_add_up()
    {
        var breakdown = Estimate(prices => prices.DefaultCostPerRequest = 8_999_999_999m, Call(), Adding(Exactly.Smallest), Adding(Exactly.Smallest));

        breakdown.Total.Should().Be(8_999_999_999.000000001m);
        breakdown.Lines.Select(line => Exactly.Of(line.Amount)).Sum().Should().Be(Exactly.Of(breakdown.Total));
    }

    [Fact]
    public void A_cost_with_lines_too_fine_for_one_decimal_may_be_taken_to_zero_and_not_below()
    {
        Action<PricingOptions> prices = pricing => { pricing.DefaultCostPerRequest = 8_000_000_000m; pricing.Units["request"] = Exactly.Smallest; };

        Estimate(prices, Call(), Adding(-8_000_000_000m), Adding(-Exactly.Smallest)).Total.Should().Be(0);
        FluentActions.Invoking(() => Estimate(prices, Call(), Adding(-Exactly.Smallest), Adding(-Exactly.Smallest), Adding(-8_000_000_000m))).Should().ThrowExactly<InvalidOperationException>();
    }

    [Fact]
    public async Task What_is_spent_and_what_is_committed_is_modified()
    {
        await using var firewall = With(prices => prices.DefaultCostPerRequest = 1, Adding(0.5m));
        await using var reservation = await firewall.ReserveAsync(Call());

        ((await firewall.SpendAsync(Call())).Cost, (await reservation.CommitAsync(new BudgetUsage())).Cost).Should().Be((1.5m, 1.5m));
    }

    [Fact]
    public void What_a_modifier_throws_reaches_the_caller() =>
        FluentActions.Invoking(() => Estimate(prices => prices.DefaultCostPerRequest = 0, Call(), new Modifier((_, _, _) => throw new TimeZoneNotFoundException()))).Should().ThrowExactly<TimeZoneNotFoundException>();

    private static Modifier Adding(decimal amount) => new((_, _, _) => new CostLine("added", 1, amount, amount));

    private sealed class Modifier(Func<BudgetRequest, CostBreakdown, DateTimeOffset, CostLine?> modify) : IPriceModifier
    {
        public CostLine? Modify(BudgetRequest request, CostBreakdown breakdown, DateTimeOffset now) => modify(request, breakdown, now);
    }
}
