using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

public sealed class PriceModifierTests
{
    [Fact]
    public void A_modifier_adds_a_line_after_the_prices_and_before_the_rounding()
    {
        var night = new Modifier((_, breakdown, _) => new CostLine("night", breakdown.Total, -0.25m, breakdown.Total * -0.25m));

        var breakdown = Estimate(prices => prices.Providers["finnhub"] = 0.000000002m, Call(), night);

        Assert.Equal([("base", 0.000000002m), ("night", -0.0000000005m), ("rounding", 0.0000000005m)], breakdown.Amounts());
        Assert.Equal(0.000000002m, breakdown.Total);
    }

    [Fact]
    public void A_modifier_is_told_the_request_the_lines_so_far_unrounded_and_the_time()
    {
        var told = new List<(BudgetRequest Request, CostBreakdown Breakdown, DateTimeOffset Now)>();
        var listener = new Modifier((request, breakdown, now) =>
        {
            told.Add((request, breakdown, now));
            return null;
        });
        var request = Call(Units(("record", 3)));

        Estimate(prices => { prices.DefaultCostPerRequest = 0; prices.Units["record"] = 0.0000000001m; }, request, listener);

        var (told1, lines, time) = Assert.Single(told);
        Assert.Equal(request, told1);
        Assert.Equal([("base", 0m), ("record", 0.0000000003m)], lines.Amounts());
        Assert.Equal("USD", lines.Currency);
        Assert.Equal(Now, time);
    }

    [Fact]
    public void Modifiers_see_the_lines_of_earlier_ones()
    {
        var twice = new Modifier((_, breakdown, _) => new CostLine("again", 1, breakdown.Total, breakdown.Total));

        Assert.Equal(8, Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), twice, twice, twice).Total);
    }

    [Fact]
    public void A_modifier_that_has_nothing_to_say_changes_nothing() =>
        Assert.Equal([("base", 1m)], Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), new Modifier((_, _, _) => null)).Amounts());

    [Fact]
    public void A_given_cost_is_not_modified() =>
        Assert.Equal(3, Estimate(_ => { }, Call() with { Cost = 3 }, new Modifier((_, _, _) => throw new NotSupportedException())).Total);

    [Fact]
    public void An_unknown_cost_is_modified_too()
    {
        var breakdown = Estimate(
            prices => prices.Models["m"] = ModelPrice.PerMillion(1, 1),
            Prompt("m"),
            new Modifier((_, soFar, _) => new CostLine("surge", 1, 0.5m, soFar.IsUnknown ? 0.5m : 99)));

        Assert.Equal([("surge", 0.5m)], breakdown.Amounts());
        Assert.True(breakdown.IsUnknown);
    }

    [Fact]
    public void A_modifier_may_take_a_cost_to_zero() =>
        Assert.Equal(0, Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), Adding(-1)).Total);

    [Fact]
    public void A_modifier_may_add_or_take_away_as_much_as_a_cost_can_be()
    {
        Assert.Equal(9_000_000_000m, Estimate(prices => prices.DefaultCostPerRequest = 0, Call(), Adding(9_000_000_000m)).Total);
        Assert.Equal(0, Estimate(prices => prices.DefaultCostPerRequest = 9_000_000_000m, Call(), Adding(-9_000_000_000m)).Total);
    }

    [Fact]
    public void A_cost_above_the_range_is_refused_before_a_modifier_takes_it_back() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            "Cost", () => Estimate(prices => { prices.DefaultCostPerRequest = 9_000_000_000m; prices.Units["request"] = 1; }, Call(), Adding(-5)));

    [Theory]
    [InlineData("-1.0000000000000000000000000001")]
    [InlineData("-9000000001")]
    [InlineData("-79228162514264337593543950335")]
    public void A_cost_below_zero_names_the_modifier(string amount)
    {
        var refused = Assert.Throws<InvalidOperationException>(
            () => Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), Adding(Exactly.Parse(amount)), Adding(2)));

        Assert.Contains(typeof(Modifier).FullName!, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8999999999.000000000000000001")]
    [InlineData("79228162514264337593543950335")]
    public void A_cost_above_the_range_is_refused(string amount) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            "Cost", () => Estimate(prices => prices.DefaultCostPerRequest = 1, Call(), Adding(Exactly.Parse(amount)), Adding(0)));

    [Fact]
    public void Lines_too_fine_for_one_decimal_still_add_up()
    {
        var breakdown = Estimate(prices => prices.DefaultCostPerRequest = 8_999_999_999m, Call(), Adding(Exactly.Smallest), Adding(Exactly.Smallest));

        Assert.Equal(8_999_999_999.000000001m, breakdown.Total);
        Assert.Equal(Exactly.Of(breakdown.Total), breakdown.Lines.Select(line => Exactly.Of(line.Amount)).Sum());
    }

    [Fact]
    public void A_cost_with_lines_too_fine_for_one_decimal_may_be_taken_to_zero_and_not_below()
    {
        Action<PricingOptions> prices = pricing => { pricing.DefaultCostPerRequest = 8_000_000_000m; pricing.Units["request"] = Exactly.Smallest; };

        Assert.Equal(0, Estimate(prices, Call(), Adding(-8_000_000_000m), Adding(-Exactly.Smallest)).Total);
        Assert.Throws<InvalidOperationException>(() => Estimate(prices, Call(), Adding(-Exactly.Smallest), Adding(-Exactly.Smallest), Adding(-8_000_000_000m)));
    }

    [Fact]
    public async Task What_is_spent_and_what_is_committed_is_modified()
    {
        await using var firewall = With(prices => prices.DefaultCostPerRequest = 1, Adding(0.5m));
        await using var reservation = await firewall.ReserveAsync(Call());

        Assert.Equal((1.5m, 1.5m), ((await firewall.SpendAsync(Call())).Cost, (await reservation.CommitAsync(new BudgetUsage())).Cost));
    }

    [Fact]
    public void What_a_modifier_throws_reaches_the_caller() =>
        Assert.Throws<TimeZoneNotFoundException>(() => Estimate(prices => prices.DefaultCostPerRequest = 0, Call(), new Modifier((_, _, _) => throw new TimeZoneNotFoundException())));

    private static Modifier Adding(decimal amount) => new((_, _, _) => new CostLine("added", 1, amount, amount));

    private sealed class Modifier(Func<BudgetRequest, CostBreakdown, DateTimeOffset, CostLine?> modify) : IPriceModifier
    {
        public CostLine? Modify(BudgetRequest request, CostBreakdown breakdown, DateTimeOffset now) => modify(request, breakdown, now);
    }
}
